"""Seats of a week: which day, post, peak, group and number; who may plan them; what a change asks for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from server.core.access.roles import Act, Actor, Group, Role, require
from server.core.refused import Refused
from server.places.rules.composition import Composition

WEEK = timedelta(days=7)
# Half a year: a term and its holidays.
MOST_WEEKS_AHEAD = 26


@dataclass(frozen=True, slots=True, order=True)
class SeatKey:
    """A seat of a post at a peak of a date; seats of a group count from 1."""

    post_id: int
    date: date
    peak: str
    group: str
    seat: int


@dataclass(frozen=True, slots=True)
class SeatEdit:
    """Who is to take a seat (``None``: nobody), as it was seen: ``version`` 0 where nobody ever planned it.

    ``on_purpose``: a seat that is emptied stays empty whatever drafts and patterns ask for; else it is open again.
    """

    key: SeatKey
    account_id: int | None
    version: int
    on_purpose: bool = True


DUTIES_A_WEEK = Composition(staff=10, security=20, volunteer=5, police=10)


@dataclass(frozen=True, slots=True)
class RosterLimits:
    """How many duties a week somebody may have before the planner is asked whether he means it, by group."""

    duties_a_week: Composition = DUTIES_A_WEEK


def monday_of(on: date) -> date:
    """Give the first day of a date's week."""
    return on - timedelta(days=on.weekday())


def is_too_far(on: date, today: date) -> bool:
    """Tell whether a date lies so far ahead that nobody plans it yet."""
    return on >= monday_of(today) + (MOST_WEEKS_AHEAD + 1) * WEEK


def days_of(monday: date) -> tuple[date, ...]:
    """Give the seven days of a week."""
    return tuple(monday + timedelta(days=step) for step in range(7))


def groups_planned_by(actor: Actor) -> tuple[Group, ...]:
    """Give the groups whose seats an actor plans: police are planned by their station, all others by the school."""
    if actor.role == Role.DISTRICT_ADMIN:
        return tuple(Group)
    if actor.role == Role.STATION_OFFICER:
        return (Group.POLICE,)
    if actor.role == Role.SCHOOL_ADMIN:
        return tuple(group for group in Group if group != Group.POLICE)
    return ()


def require_groups(actor: Actor, groups: Collection[str]) -> None:
    """Let an actor plan seats of some groups. Raises ``Refused``: ``suspended``, ``not_your_role`` (act)."""
    require(actor, Act.PLAN_ROSTER)
    if not set(groups) <= {group.value for group in groups_planned_by(actor)}:
        raise Refused("not_your_role", act=Act.PLAN_ROSTER.value)


def fingerprint(seats: Collection[tuple[SeatKey, int | None, int]]) -> str:
    """Make a text that another one of the same seats, people and versions equals, and no other."""
    lines = (
        f"{key.post_id} {key.date} {key.peak} {key.group} {key.seat} {account_id} {version}"
        for key, account_id, version in sorted(seats, key=lambda one: one[0])
    )
    return sha256("\n".join(lines).encode()).hexdigest()[:32]
