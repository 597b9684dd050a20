"""Heartbeats: how often an open page hears that its line lives, and where it should be.

The page is told these intervals with *Me*, and calls its line lost after some that did not come.
"""

from collections.abc import Collection

# Consoles, and phones whose alarm goes on.
EVERY_S = 3.0
# Phones with nothing going on: each beat wakes a phone's radio.
QUIET_EVERY_S = 15.0


def hears(room: str, alarmed: Collection[str], *, everybody: bool) -> bool:
    """Tell whether a room hears this beat; quiet phones do only when ``everybody`` does."""
    return everybody or not room.startswith("account:") or room in alarmed
