"""Tables of duty and the SQL over them."""
