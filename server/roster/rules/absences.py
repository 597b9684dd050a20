"""From when to when somebody may be away."""

from datetime import date, timedelta
from enum import StrEnum

from server.core.refused import Refused

LONGEST = timedelta(days=60)
AHEAD = timedelta(days=180)


class AbsenceKind(StrEnum):
    """Why somebody is away: no more of it is kept."""

    ILL = "ill"
    LEAVE = "leave"


def check_absence(first: date, last: date, today: date) -> None:
    """Let somebody be away from today on, for 60 days at most. Raises ``Refused``: ``bad_absence``."""
    if not today <= first <= last or last - first > LONGEST or first - today > AHEAD:
        raise Refused("bad_absence")
