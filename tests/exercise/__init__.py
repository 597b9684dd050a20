"""Tests of the area exercise."""
