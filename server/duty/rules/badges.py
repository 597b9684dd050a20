"""Badges of people without a smartphone: what their QR code holds, and how a sheet of them is asked for."""

import re

# What it begins with tells it from a post's code; the rest is the badge's number and its signature.
BEGINS = "HUXUE-BADGE:"
SIGNED_AS = "badge"
SIGNATURE_BYTES = 15
LONGEST = 120
MOST_ON_A_SHEET = 200
_TEXT = re.compile(re.escape(BEGINS) + r"([1-9][0-9]{0,17}):([0-9A-Za-z]{4,12}\.[0-9A-Za-z_-]{20})")


def signed_text(badge_id: int) -> str:
    """Give what is signed of a badge."""
    return str(badge_id)


def text_of(badge_id: int, signature: str) -> str:
    """Give what the QR code of a badge holds."""
    return f"{BEGINS}{badge_id}:{signature}"


def read(text: str) -> tuple[int, str] | None:
    """Read a badge's number and its signature, key id first; ``None`` for what is no badge."""
    found = _TEXT.fullmatch(text.strip())
    return None if found is None else (int(found[1]), found[2])
