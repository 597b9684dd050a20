"""Tables and queries, one file an area. Rows never leave the actions that read them."""
