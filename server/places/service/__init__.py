"""What several actions of places share, inside a transaction that is given to them."""
