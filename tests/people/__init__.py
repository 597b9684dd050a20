"""Tests of the area people."""
