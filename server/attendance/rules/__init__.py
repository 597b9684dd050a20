"""Rules of attendance: plain Python, values in and out."""
