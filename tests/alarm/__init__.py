"""Tests of the area alarm."""
