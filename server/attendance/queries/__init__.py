"""The SQL over the figures of attendance, and over the log of which they are made."""
