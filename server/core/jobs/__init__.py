"""Long work: what takes longer than a serving process may, done by a worker."""
