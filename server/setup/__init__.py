"""Bringing a district in from a file; posters."""
