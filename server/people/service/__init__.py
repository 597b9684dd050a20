"""What several actions of people share, inside a transaction that is given to them."""
