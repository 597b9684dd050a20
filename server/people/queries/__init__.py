"""Tables of people and the SQL over them."""
