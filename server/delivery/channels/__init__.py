"""Channels by which a message leaves; each takes it, or says why it could not."""
