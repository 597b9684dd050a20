"""Telephones at rest: sealed with a key that the database does not hold, and found by a keyed index."""
