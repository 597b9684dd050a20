"""Rules of places: plain Python, values in and out, the time an argument."""
