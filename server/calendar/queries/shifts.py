"""The shifts of a post, by its peaks and its calendar."""

from datetime import date, datetime
from functools import lru_cache

from server.calendar import rules
from server.calendar.rules import Shift, Window
from server.core.limits import Limits
from server.places.queries.districts import Place
from server.places.rules.composition import Composition
from server.places.rules.staffing import SecuritySteps


def around(place: Place, limits: Limits, now: datetime) -> tuple[Shift, ...]:
    """List the shifts of a post from yesterday to tomorrow, in order of time."""
    return _around(place, now.astimezone(place.zone).date(), limits[Window])


# A post is asked for the same days each time that somebody checks in there.
@lru_cache(maxsize=4096)
def _around(place: Place, today: date, window: Window) -> tuple[Shift, ...]:
    return rules.shifts_around_day(place.peaks_on, today, place.zone, window)


def open_at(place: Place, limits: Limits, at: datetime, *, now: datetime) -> tuple[Shift, ...]:
    """List the shifts of a post, as ``around`` gives them now, whose window is open at a time."""
    return _open_at(place, at, now.astimezone(place.zone).date(), limits[Window])


# All who check in at a post in one transaction, and the post's line, ask for the same moment.
@lru_cache(maxsize=1024)
def _open_at(place: Place, at: datetime, today: date, window: Window) -> tuple[Shift, ...]:
    return tuple(shift for shift in _around(place, today, window) if shift.opens_at <= at < shift.ends_at)


def upcoming(place: Place, limits: Limits, now: datetime) -> Shift | None:
    """Find the next shift of a post whose window is still to open; ``None`` if there is none for 75 days."""
    return rules.next_shift(place.peaks_on, now, place.zone, limits[Window])


def required(place: Place, shift: Shift, limits: Limits) -> Composition:
    """Give how many heads a post needs at a shift, by all rules that hold there."""
    return _required(place, shift.peak, shift.date, limits[SecuritySteps])


@lru_cache(maxsize=4096)
def _required(place: Place, peak: str, on: date, steps: SecuritySteps) -> Composition:
    return place.staffing.required(peak, on, steps).heads
