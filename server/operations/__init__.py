"""How the server itself does: what its administrator looks at, in one place."""
