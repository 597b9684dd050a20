"""Routes with their schemas, one file an area."""
