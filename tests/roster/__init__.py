"""Tests of the area roster."""
