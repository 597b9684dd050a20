"""Tests of the area duty."""
