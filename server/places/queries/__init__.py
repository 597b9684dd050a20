"""Tables of places and the SQL over them."""
