"""Duties of the clock for delivery."""
