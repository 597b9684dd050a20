"""What several actions of duty share, inside a transaction that is given to them."""
