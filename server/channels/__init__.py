"""Ways out of the house: each takes a message, or says why it could not."""
