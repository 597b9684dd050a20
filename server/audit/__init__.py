"""Reading the audit log, its seals and their verification."""
