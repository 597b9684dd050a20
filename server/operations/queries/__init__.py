"""What the database knows of how the server does, in SQL."""
