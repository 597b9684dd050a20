"""Accounts, sessions, one-time codes, consents, approval, console users."""
