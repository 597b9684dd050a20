"""Lists of a console's scope as files: asked for with a purpose, marked, made by a job."""
