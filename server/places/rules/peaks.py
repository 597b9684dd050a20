"""Kinds of schools and the times at which their children pass the gate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class PeakKind(StrEnum):
    """The four times of a school day at which children pass the gate."""

    MORNING_ARRIVAL = "morning_arrival"
    MORNING_DISMISSAL = "morning_dismissal"
    AFTERNOON_ARRIVAL = "afternoon_arrival"
    AFTERNOON_DISMISSAL = "afternoon_dismissal"


class SchoolKind(StrEnum):
    """Kinds of schools, each with peaks of its own."""

    KINDERGARTEN = "kindergarten"
    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"
    NINE_YEAR = "nine_year"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Peak:
    """A peak in local clock time; one that ends at or before its start ends on the next day.

    ``kind`` names it within its school: usually one of ``PeakKind``, but a district may have others.
    """

    kind: str
    starts: time
    ends: time


def _peaks(*times: tuple[PeakKind, str, str]) -> tuple[Peak, ...]:
    return tuple(
        Peak(kind, time.fromisoformat(starts), time.fromisoformat(ends)) for kind, starts, ends in times
    )


_IN, _NOON_OUT = PeakKind.MORNING_ARRIVAL, PeakKind.MORNING_DISMISSAL
_NOON_IN, _OUT = PeakKind.AFTERNOON_ARRIVAL, PeakKind.AFTERNOON_DISMISSAL


# Usual times; a school's own peaks override them.
DEFAULT_PEAKS: Mapping[SchoolKind, tuple[Peak, ...]] = {
    SchoolKind.KINDERGARTEN: _peaks((_IN, "07:40", "08:30"), (_OUT, "16:20", "17:10")),
    SchoolKind.PRIMARY: _peaks(
        (_IN, "07:20", "08:00"),
        (_NOON_OUT, "11:30", "12:10"),
        (_NOON_IN, "13:30", "14:10"),
        (_OUT, "16:30", "17:30"),
    ),
    SchoolKind.JUNIOR: _peaks(
        (_IN, "07:00", "07:40"),
        (_NOON_OUT, "11:50", "12:20"),
        (_NOON_IN, "13:40", "14:10"),
        (_OUT, "17:20", "18:10"),
    ),
    SchoolKind.SENIOR: _peaks(
        (_IN, "06:50", "07:20"),
        (_NOON_OUT, "12:00", "12:30"),
        (_NOON_IN, "13:50", "14:20"),
        (_OUT, "17:50", "18:30"),
    ),
    SchoolKind.NINE_YEAR: _peaks(
        (_IN, "07:10", "08:00"),
        (_NOON_OUT, "11:40", "12:20"),
        (_NOON_IN, "13:30", "14:10"),
        (_OUT, "16:40", "17:40"),
    ),
    SchoolKind.SPECIAL: _peaks((_IN, "08:00", "08:40"), (_OUT, "15:30", "16:10")),
}
