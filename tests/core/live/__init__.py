"""Tests of the area live."""
