"""Tests of the area auditor."""
