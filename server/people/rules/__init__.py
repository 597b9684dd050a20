"""Rules of people: plain Python, values in and out, the time an argument."""
