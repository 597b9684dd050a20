"""``flask`` commands of setup."""
