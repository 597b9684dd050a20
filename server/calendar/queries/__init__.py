"""Tables of calendar and the SQL over them."""
