"""Figures of several peaks added up, and what each rate is of."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta

from server.core.refused import Refused

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over peaks (``server.attendance.rules.outcomes`` defines each); heads are of all groups together.

    ``filled`` are heads on duty as far as they were required. Rates are of two of them: covered of required minutes,
    filled of required heads, on time of those on duty, no-shows of those planned (``peaks_planned`` had a plan).
    """

    peaks: int = 0
    peaks_planned: int = 0
    required: int = 0
    filled: int = 0
    present: int = 0
    late: int = 0
    waiting: int = 0
    planned: int = 0
    absent: int = 0
    replaced: int = 0
    required_minutes: int = 0
    covered_minutes: int = 0
    served_minutes: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """Add up two."""
        return Figures(*(getattr(self, name) + getattr(other, name) for name in NAMES))


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Heads of one group, summed over peaks; each as in ``Figures``."""

    required: int
    filled: int
    present: int
    late: int
    waiting: int
    planned: int
    absent: int
    replaced: int


NAMES = tuple(field.name for field in fields(Figures))


def added_up(parts: Iterable[Figures]) -> Figures:
    """Add up any number of figures."""
    return sum(parts, Figures())


def check_days(since: date, until: date) -> None:
    """Let days pass that come in their order, a year of them at most. Raises ``Refused("bad_span")`` (days)."""
    if not since <= until < since + timedelta(days=LONGEST_DAYS):
        raise Refused("bad_span", days=LONGEST_DAYS)


def dates_of(since: date, until: date, weekdays: frozenset[int]) -> list[date]:
    """List the dates from one to another, both included, that fall on some weekdays: Monday is 0."""
    days = (since + timedelta(days=step) for step in range((until - since).days + 1))
    return [on for on in days if on.weekday() in weekdays]


def months_of(since: date, until: date) -> list[tuple[date, date]]:
    """Divide days into months: the first and the last day of each, within the days asked for."""
    found: list[tuple[date, date]] = []
    while since <= until:
        after = next_month(since)
        found.append((since, min(until, after - timedelta(days=1))))
        since = after
    return found


def next_month(on: date) -> date:
    """Give the first day of the month after a day's."""
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1)


@dataclass(slots=True)
class Minutes:
    """Minutes at full composition, and those that were required."""

    covered: int = 0
    required: int = 0

    def add(self, covered: int, required: int) -> None:
        """Add some of both."""
        self.covered += covered
        self.required += required


def weeks_of(since: date, until: date) -> list[date]:
    """List the Mondays of the weeks in which some days lie."""
    monday = since - timedelta(days=since.weekday())
    return [monday + timedelta(weeks=step) for step in range((until - monday).days // 7 + 1)]


def by_week(
    days: Iterable[tuple[int, date, int, int]], weeks: list[date]
) -> tuple[dict[int, list[Minutes]], list[Minutes]]:
    """Add up minutes of schools on days: by school and week, and of all schools by weekday, Monday first."""
    schools: dict[int, list[Minutes]] = {}
    weekdays = [Minutes() for _day in range(7)]
    for school_id, on, covered, required in days:
        own = schools.setdefault(school_id, [Minutes() for _week in weeks])
        own[(on - weeks[0]).days // 7].add(covered, required)
        weekdays[on.weekday()].add(covered, required)
    return schools, weekdays
