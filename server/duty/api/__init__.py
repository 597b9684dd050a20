"""Routes of duty, and who may call them."""
