"""What the clock and the actions of attendance share, inside a transaction that is given to them."""
