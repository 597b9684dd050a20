"""Routes of delivery, and who may call them."""
