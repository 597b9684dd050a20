"""Duties that the clock drives."""
