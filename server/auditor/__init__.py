"""The auditor: a process of its own that watches the others from outside."""
