"""Weekly patterns: who comes on which weekdays to which peak, each week or each second one, between two dates."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from server.core.refused import Refused
from server.roster.rules.seats import SeatKey, monday_of

# A week has the letter that it has from here on, over each turn of the year: one of 53 weeks changes nothing.
FIRST_A = date(2024, 1, 1)
TWO_WEEKS = 14
MONDAY_TO_FRIDAY = 0b0011111
EVERY_DAY = 0b1111111


class Weeks(StrEnum):
    """In which weeks a pattern stands: in all, in A weeks or in B weeks, which come by turns."""

    ALL = "all"
    A = "a"
    B = "b"


class Unfilled(StrEnum):
    """Why a pattern, or a copy, left a seat as it was, beside what speaks against the person."""

    EMPTIED = "emptied"
    NO_SEAT = "no_seat"
    NO_PEAK = "no_peak"
    MAKE_UP = "make_up_day"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Somebody comes to a peak of a post; ``weekdays`` are bits, Monday 1 to Sunday 64; both dates are included.

    With its number, ``changed_at`` says which one is meant: a number may be given anew.
    """

    id: int
    post_id: int
    peak: str
    account_id: int
    weekdays: int
    weeks: Weeks
    starts_on: date
    ends_on: date | None
    changed_at: datetime | None = None

    def holds(self, on: date) -> bool:
        """Tell whether it stands in the week of a date, and on the date itself between its two."""
        in_time = self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)
        return in_time and self.weeks in {Weeks.ALL, letter_of(on)}

    def names(self, on: date) -> bool:
        """Tell whether it names the weekday of a date."""
        return bool(self.weekdays & (1 << on.weekday()))


def letter_of(on: date) -> Weeks:
    """Give the letter of a date's week: A and B by turns."""
    return Weeks.B if (monday_of(on) - FIRST_A).days // 7 % 2 else Weeks.A


def comes(pattern: Pattern, on: date, *, make_up: bool) -> bool | Unfilled:
    """Tell whether a pattern brings somebody on a date with school.

    On a weekend day that is made up comes who is named on it or comes from Monday to Friday; for which weekday the
    school makes up is not known, so of who comes on some of them it is said that his place stays open.
    """
    if not pattern.holds(on):
        return False
    if pattern.names(on):
        return True
    if not make_up:
        return False
    if pattern.weekdays & MONDAY_TO_FRIDAY == MONDAY_TO_FRIDAY:
        return True
    return Unfilled.MAKE_UP if pattern.weekdays & MONDAY_TO_FRIDAY else False


def first_shared(one: Pattern, other: Pattern) -> date | None:
    """Give the first date on which two patterns bring the same person to the same peak; ``None`` for none."""
    if (one.account_id, one.peak) != (other.account_id, other.peak):
        return None
    # All repeats after two weeks.
    start = max(one.starts_on, other.starts_on)
    for on in (start + timedelta(days=step) for step in range(TWO_WEEKS)):
        if all(pattern.holds(on) and pattern.names(on) for pattern in (one, other)):
            return on
    return None


def check(wanted: Pattern, others: Iterable[Pattern]) -> None:
    """Let a pattern stand beside others.

    Raises ``Refused``: ``bad_pattern`` where it brings nobody on any date, ``pattern_overlaps`` (date, post_id) where
    the same person comes to that peak already.
    """
    days = (wanted.starts_on + timedelta(days=step) for step in range(TWO_WEEKS))
    if not any(wanted.holds(on) and wanted.names(on) for on in days):
        raise Refused("bad_pattern")
    for other in others:
        on = None if other.id == wanted.id else first_shared(wanted, other)
        if on is not None:
            raise Refused("pattern_overlaps", date=on.isoformat(), post_id=other.post_id)


def free_seat(
    seats: Sequence[SeatKey], taken: Collection[SeatKey], emptied: Collection[SeatKey]
) -> SeatKey | Unfilled:
    """Give the first seat that nobody has and nobody has emptied by hand, or why there is none."""
    found = next((key for key in seats if key not in taken and key not in emptied), None)
    if found is not None:
        return found
    return Unfilled.EMPTIED if any(key in emptied and key not in taken for key in seats) else Unfilled.NO_SEAT
