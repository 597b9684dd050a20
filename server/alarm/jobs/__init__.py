"""Duties of the clock for alarm."""
