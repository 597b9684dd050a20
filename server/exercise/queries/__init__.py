"""Tables of exercise and the SQL over them."""
