"""Rules of duty: plain Python, values in and out, the time an argument."""
