"""Districts, stations, schools, posts and their codes."""
