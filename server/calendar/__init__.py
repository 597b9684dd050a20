"""School days, peaks and the seats of rosters: what duty must know of a plan."""
