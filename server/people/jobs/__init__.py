"""What the clock and the worker do about people."""
