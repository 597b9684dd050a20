"""Tests of the house itself: imports, dependencies, set-up, the servers that tests use."""
