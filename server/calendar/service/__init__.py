"""What several actions of the calendar share, inside a transaction that is given to them."""
