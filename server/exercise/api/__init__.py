"""Routes of exercise, and who may call them."""
