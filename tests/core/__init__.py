"""Tests of the area core."""
