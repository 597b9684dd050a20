"""Tests of the area audit."""
