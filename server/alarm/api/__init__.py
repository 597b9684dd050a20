"""Routes of alarm, and who may call them."""
