"""How what was measured is judged: plain Python."""
