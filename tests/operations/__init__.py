"""Tests of how the server says that it does."""
