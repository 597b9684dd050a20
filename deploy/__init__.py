"""Setting up a machine and running the platform on it."""
