"""What may be changed of a calendar: days to come, of what is still as the editor saw it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypedDict

from server.core.access.roles import Act, Actor, Role, require
from server.core.refused import Refused
from server.places.rules.days import NATIONAL

FIRST_YEAR, LAST_YEAR = 2020, 2100


class DayKind(StrEnum):
    """What a day is made: with all peaks, with some of them, without, or whatever is beneath it."""

    WORK = "work"
    HALF = "half"
    OFF = "off"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class DayEdit:
    """Days of the district, or of one school, that become something; each with the version that its editor saw.

    ``peaks`` are those that stand on a half day. ``running``: also where a shift that is open now would end by it.
    """

    school_id: int | None
    days: Mapping[date, int]
    kind: DayKind
    peaks: tuple[str, ...]
    name: str
    reason: str
    running: bool = False


class Beneath(TypedDict):
    """What a source says of a day that somebody has changed."""

    school_day: bool
    name: str | None
    source: str


def require_editor(actor: Actor, school_id: int | None) -> None:
    """Let a district's calendar be edited by the district, a school's own days by the school and the district.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` for another school's.
    """
    require(actor, Act.EDIT_CALENDAR if school_id is None else Act.EDIT_SCHOOL_DAYS)
    if school_id is not None and actor.role == Role.SCHOOL_ADMIN and actor.school_id != school_id:
        raise Refused("not_found")


def check_ahead(dates: Iterable[date], today: date) -> None:
    """Let days be changed that are not over. Raises ``Refused``: ``date_is_past`` (date)."""
    earliest = min(dates)
    if earliest < today:
        raise Refused("date_is_past", date=earliest.isoformat())


def check_half(peaks: Iterable[str], known: Iterable[str]) -> None:
    """Let a half day have some of the peaks, not all and not none. Raises ``Refused``: ``half_day_peaks``."""
    if not set(peaks) & set(known) or set(peaks) >= set(known):
        raise Refused("half_day_peaks")


def beneath(row_source: str | None, *, school_day: bool, name: str | None) -> Beneath | None:
    """Give what is to be kept beneath a day that somebody changes: what a source says of it."""
    if row_source is None or row_source not in NATIONAL:
        return None
    return {"school_day": school_day, "name": name, "source": row_source}
