"""The Huxue server: the layers are folders, the areas are files of the same name in each."""
