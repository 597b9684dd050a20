"""Routes of rosters."""
