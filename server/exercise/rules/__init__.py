"""Rules of exercise: plain Python, values in and out, the time an argument."""
