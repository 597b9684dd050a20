"""The shifts of a post, by its peaks and its calendar."""

from datetime import date, datetime
from functools import lru_cache

from server.calendar import rules
from server.calendar.rules import Shift, Window
from server.core.limits import Limits
from server.places.queries.districts import Place


def around(place: Place, limits: Limits, now: datetime) -> tuple[Shift, ...]:
    """List the shifts of a post from yesterday to tomorrow, in order of time."""
    return _around(place, now.astimezone(place.zone).date(), limits[Window])


# A post is asked for the same days each time that somebody checks in there.
@lru_cache(maxsize=4096)
def _around(place: Place, today: date, window: Window) -> tuple[Shift, ...]:
    return rules.shifts_around_day(place.peaks_on, today, place.zone, window)


def upcoming(place: Place, limits: Limits, now: datetime) -> Shift | None:
    """Find the next shift of a post whose window is still to open; ``None`` if there is none for 75 days."""
    return rules.next_shift(place.peaks_on, now, place.zone, limits[Window])
