"""Tests of the area setup."""
