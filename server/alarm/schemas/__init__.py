"""Shapes of alarm on the wire."""
