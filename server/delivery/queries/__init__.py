"""Tables of delivery and the SQL over them."""
