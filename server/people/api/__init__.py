"""Routes of people, and who may call them."""
