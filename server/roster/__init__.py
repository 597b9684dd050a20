"""Rosters: who stands where on which day; planned by schools and stations, then published to whom it concerns."""
