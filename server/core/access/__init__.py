"""Roles, scopes, rooms and rate limits."""
