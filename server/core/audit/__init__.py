"""The audit log: its rows, its pages, its seals."""
