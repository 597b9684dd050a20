"""Tables of alarm and the SQL over them."""
