"""Tables of the seals, and the SQL over the audit log."""
