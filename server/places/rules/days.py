"""Whether children come on a date, at which of their peaks, who says so, and whether that is provisional.

What is said of a date goes in this order: the school's own day; a day that somebody in the district has set; the
holidays between two terms; what a source says of the nation's days off and make-up days; the weekday.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

SATURDAY = 5
DECEMBER = 12
WARN_OF_TERMS = timedelta(days=30)


class DaySource(StrEnum):
    """Who said what a day is: a library, a file of holidays, a file of the district, a person, a command, the demo."""

    LIBRARY = "chinesecalendar"
    HOLIDAY_FILE = "holiday_cn"
    IMPORT = "import"
    CONSOLE = "console"
    COMMAND = "command"
    DEMO = "demo"


# What these say holds for the nation: schools have their holidays besides.
NATIONAL = frozenset({DaySource.LIBRARY, DaySource.HOLIDAY_FILE})


class Why(StrEnum):
    """What decided about a date."""

    OWN = "own"
    DISTRICT = "district"
    TERM = "term"
    SOURCE = "source"
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class Day:
    """What a calendar says of a date; ``peaks`` are those that stand on a half day, ``None``: all."""

    school_day: bool
    source: str | None = None
    peaks: frozenset[str] | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The first and the last day of a term."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """What a date is for a school, and what decided; provisional: no source knows the year, or no term the date."""

    school_day: bool
    peaks: frozenset[str] | None
    why: Why
    name: str | None = None
    provisional: bool = False

    def stands(self, peak: str) -> bool:
        """Tell whether a peak stands on this date."""
        return self.school_day and (self.peaks is None or peak in self.peaks)


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """All that decides about a school's dates: days of the district and its own, terms, years that are known."""

    common: Mapping[date, Day] = field(default_factory=dict)
    own: Mapping[date, Day] = field(default_factory=dict)
    terms: tuple[Span, ...] = ()
    known_years: frozenset[int] = frozenset()

    def on(self, when: date) -> DayVerdict:
        """Say what a date is."""
        own, common = self.own.get(when), self.common.get(when)
        if own is not None:
            return DayVerdict(own.school_day, own.peaks, Why.OWN, own.name)
        if common is not None and common.source not in NATIONAL:
            return DayVerdict(common.school_day, common.peaks, Why.DISTRICT, common.name)
        beyond = bool(self.terms) and (when < self.terms[0].first or when > self.terms[-1].last)
        if self.terms and not beyond and not any(one.first <= when <= one.last for one in self.terms):
            return DayVerdict(False, None, Why.TERM)
        if common is not None:
            return DayVerdict(
                common.school_day, common.peaks, Why.SOURCE, common.name, beyond and common.school_day
            )
        unknown = when.year not in self.known_years
        return DayVerdict(when.weekday() < SATURDAY, None, Why.WEEKDAY, provisional=unknown or beyond)

    def terms_end_soon(self, today: date) -> date | None:
        """Give the last day that a term reaches, where it is over or less than 30 days ahead; none without terms."""
        if not self.terms or self.terms[-1].last - today > WARN_OF_TERMS:
            return None
        return self.terms[-1].last


def years_to_fill(known: Collection[int], today: date) -> list[int]:
    """List the years that somebody has to fill by now: this one, and from December on the next."""
    wanted = [today.year, today.year + 1] if today.month == DECEMBER else [today.year]
    return [year for year in wanted if year not in known]
