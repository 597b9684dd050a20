"""Drills; gate devices and their tests."""
