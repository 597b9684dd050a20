"""Tests of the area places."""
