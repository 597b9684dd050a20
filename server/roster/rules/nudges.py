"""Reminding those who are expected at a post and have not come: whom, and how often."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.core.access.roles import AccountStatus
from server.core.refused import Refused
from server.roster.rules.conflicts import PlanPerson


@dataclass(frozen=True, slots=True)
class NudgeLimits:
    """How many minutes nobody reminds the people of a post again after somebody did."""

    pause_minutes: int = 5


@dataclass(frozen=True, slots=True)
class Absentees:
    """Those who are expected at a post's running peak and have not come.

    ``reminded``: the accounts that a reminder goes to. ``unregistered``: how many have no account yet. ``excused``:
    how many are left in peace, since they are on leave, may not come (yet), or said that they cannot.
    """

    reminded: tuple[int, ...] = ()
    unregistered: int = 0
    excused: int = 0

    @property
    def missing(self) -> int:
        """Count who should be here."""
        return len(self.reminded) + self.unregistered


def absentees(
    missing: Iterable[int | None], people: Iterable[PlanPerson], on: date, *, cannot: Collection[int] = ()
) -> Absentees:
    """Tell whom of those missing (``None``: not registered) a reminder goes to on a date: not who said ``cannot``."""
    numbers = list(missing)
    known = {one.account_id: one for one in people}
    registered = sorted({one for one in numbers if one is not None})
    reminded = tuple(
        one for one in registered if one in known and one not in cannot and not _excused(known[one], on)
    )
    return Absentees(reminded, numbers.count(None), len(registered) - len(reminded))


def _excused(person: PlanPerson, on: date) -> bool:
    away = any(days.first <= on <= days.last for days in person.away)
    return away or person.status != AccountStatus.APPROVED.value


def again_at(last_at: datetime | None, now: datetime, limits: NudgeLimits) -> datetime | None:
    """Give when the people of a post may be reminded again; ``None``: now."""
    if last_at is None:
        return None
    until = last_at + timedelta(minutes=limits.pause_minutes)
    # A time ahead of now was left behind by a clock that was set back.
    return until if last_at <= now < until else None


def require_nudge(found: Absentees, last_at: datetime | None, now: datetime, limits: NudgeLimits) -> None:
    """Let those missing be reminded. Raises ``Refused``: ``nobody_missing``, ``nudged_already`` (again_at)."""
    until = again_at(last_at, now, limits)
    if until is not None:
        raise Refused("nudged_already", again_at=until)
    if not found.missing:
        raise Refused("nobody_missing")
