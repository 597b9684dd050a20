"""Rules of alarm: plain Python, values in and out, the time an argument."""
