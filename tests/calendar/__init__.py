"""Tests of the area calendar."""
