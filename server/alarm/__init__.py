"""Raise, choose, call, escalate, answer, joint response, end, report."""
