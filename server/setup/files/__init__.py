"""Bytes in, bytes out: the district's import file, the poster of a post; no clock, no database."""
