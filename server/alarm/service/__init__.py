"""What several actions of alarm share, inside a transaction that is given to them."""
