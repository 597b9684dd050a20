"""Bytes in, bytes out: tables, QR images, lettering; no clock, no database."""
