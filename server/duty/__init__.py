"""Check-in, check-out, confirmation, positions, coverage."""
