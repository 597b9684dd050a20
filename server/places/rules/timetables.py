"""Peaks by season, in force from a date on: which hold on a date, and what a timetable may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from server.core.refused import Refused
from server.places.rules.peaks import Peak

MOST_PEAKS, MOST_SEASONS = 4, 4
# Any year with 29 February: a season may begin on it, and begins on 1 March in other years.
LEAP_YEAR = 2024


@dataclass(frozen=True, slots=True)
class Season:
    """The peaks from a day of each year on, until the next season of the timetable begins."""

    name: str
    month: int
    day: int
    peaks: tuple[Peak, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A timetable that holds from a date on; without seasons a school goes by its kind again."""

    starts_on: date
    seasons: tuple[Season, ...]


@dataclass(frozen=True, slots=True)
class Timing:
    """The peaks of a kind of school or of one school: those from the beginning, and plans by their dates."""

    base: tuple[Peak, ...] = ()
    plans: tuple[Plan, ...] = ()

    def on(self, when: date) -> tuple[Peak, ...] | None:
        """Give the peaks of a date; ``None`` where nothing is said of it."""
        found = [plan for plan in self.plans if plan.starts_on <= when]
        if not found:
            return self.base or None
        seasons = max(found, key=lambda plan: plan.starts_on).seasons
        return season_on(seasons, when).peaks if seasons else None

    @property
    def kinds(self) -> set[str]:
        """Give the names of all peaks that it has, had or will have."""
        later = (one.kind for plan in self.plans for season in plan.seasons for one in season.peaks)
        return {one.kind for one in self.base}.union(later)


def peaks_on(timings: Iterable[Timing], when: date) -> tuple[Peak, ...]:
    """Give the peaks of a date by the first timing that says something of it: a school's own, then its kind's."""
    return next((found for timing in timings if (found := timing.on(when)) is not None), ())


def season_on(seasons: Sequence[Season], when: date) -> Season:
    """Give the season of a date: the last that has begun in its year, else the one that began last year."""
    in_order = sorted(seasons, key=_begins)
    begun = [one for one in in_order if _begins(one) <= (when.month, when.day)]
    return (begun or in_order)[-1]


def check_seasons(seasons: Sequence[Season]) -> None:
    """Let a timetable stand.

    Raises ``Refused``: ``bad_season`` where two begin on one day, or on a day that there is not; ``no_peaks``;
    ``peak_across_midnight`` (peak); ``peaks_overlap`` (peak, other), also for one that stands twice.
    """
    if len({_begins(one) for one in seasons}) != len(seasons):
        raise Refused("bad_season")
    for season in seasons:
        _check_begin(season)
        if not 1 <= len(season.peaks) <= MOST_PEAKS:
            raise Refused("no_peaks")
        for one in season.peaks:
            if one.ends <= one.starts:
                raise Refused("peak_across_midnight", peak=one.kind)
        in_order = sorted(season.peaks, key=lambda one: one.starts)
        for one, other in pairwise(in_order):
            if other.starts < one.ends:
                raise Refused("peaks_overlap", peak=one.kind, other=other.kind)
        if len({one.kind for one in in_order}) != len(in_order):
            raise Refused("peaks_overlap", peak=in_order[0].kind, other=in_order[0].kind)


def check_start(starts_on: date, today: date) -> None:
    """Let a timetable begin tomorrow or later. Raises ``Refused``: ``starts_too_early``."""
    if starts_on <= today:
        raise Refused("starts_too_early")


def _begins(season: Season) -> tuple[int, int]:
    return (season.month, season.day)


def _check_begin(season: Season) -> None:
    try:
        date(LEAP_YEAR, season.month, season.day)
    except ValueError as why:
        raise Refused("bad_season") from why
