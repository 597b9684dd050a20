"""Bytes in, bytes out: tables, import files, QR images, posters; no clock, no database."""
