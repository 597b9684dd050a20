"""Tests of the area delivery."""
