"""Rules of delivery: plain Python, values in and out, the time an argument."""
