"""The loop that drives the duties of the clock."""
