"""What speaks against a person in a seat, by stable codes, the gravest first."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from server.core.access.roles import AccountStatus, Group, group_of
from server.roster.rules.seats import SeatKey


class Conflict(StrEnum):
    """Why somebody should not take a seat. ``too_many_duties`` alone gives way to a planner who means it."""

    OTHER_GROUP = "other_group"
    OTHER_UNIT = "other_unit"
    PERSON_SUSPENDED = "person_suspended"
    PERSON_PENDING = "person_pending"
    NO_CONSENT = "no_consent"
    AWAY = "person_away"
    TWO_PLACES = "two_places"
    TOO_MANY = "too_many_duties"


# What is seen by looking at the seat, and says nothing of how somebody stands.
OF_THE_SEAT = frozenset({Conflict.OTHER_GROUP, Conflict.OTHER_UNIT})


@dataclass(frozen=True, slots=True)
class Days:
    """A first and a last day."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PlanPerson:
    """Somebody who may be planned: what he is, where he belongs, whether he agreed, when he is away."""

    account_id: int
    name: str
    category: str
    status: str
    school_id: int | None
    station_id: int | None
    agreed: bool
    away: tuple[Days, ...] = ()

    @property
    def group(self) -> Group:
        """Give the group whose seats he fills."""
        return group_of(self.category)


@dataclass(frozen=True, slots=True)
class Standing:
    """A seat that somebody has by a plan, with its times in UTC."""

    key: SeatKey
    post_name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WantedSeat:
    """A seat that somebody is to take: its times, and the units whose people stand there."""

    standing: Standing
    school_id: int
    station_id: int

    @property
    def group(self) -> Group:
        """Give its group."""
        return Group(self.standing.key.group)


@dataclass(frozen=True, slots=True)
class Found:
    """A conflict, and for two places at once the other post."""

    conflict: Conflict
    post_name: str | None = None


def conflicts(person: PlanPerson, wanted: WantedSeat, others: Collection[Standing], most: int) -> list[Found]:
    """List what speaks against a person in a seat, given all ``others`` that he has; none: nothing does.

    ``most`` is how many duties a week he may have. The seat itself may be among the others.
    """
    return list(_conflicts(person, wanted, others, most))


def _conflicts(
    person: PlanPerson, wanted: WantedSeat, others: Collection[Standing], most: int
) -> Iterator[Found]:
    here = wanted.standing
    if person.group != wanted.group:
        yield Found(Conflict.OTHER_GROUP)
    if not belongs(person, wanted.school_id, wanted.station_id):
        yield Found(Conflict.OTHER_UNIT)
    if person.status == AccountStatus.SUSPENDED:
        yield Found(Conflict.PERSON_SUSPENDED)
    elif person.status != AccountStatus.APPROVED:
        yield Found(Conflict.PERSON_PENDING)
    if not person.agreed:
        yield Found(Conflict.NO_CONSENT)
    if any(one.first <= here.key.date <= one.last for one in person.away):
        yield Found(Conflict.AWAY)
    elsewhere = [one for one in others if one.key != here.key]
    twice = next((one for one in elsewhere if _at_once(one, here)), None)
    if twice is not None:
        yield Found(Conflict.TWO_PLACES, twice.post_name)
    week = here.key.date.isocalendar()[:2]
    if 1 + sum(one.key.date.isocalendar()[:2] == week for one in elsewhere) > most:
        yield Found(Conflict.TOO_MANY)


def belongs(person: PlanPerson, school_id: int, station_id: int) -> bool:
    """Tell whether somebody is of a school's people; police are of its station."""
    if person.group == Group.POLICE:
        return person.station_id == station_id
    return person.school_id == school_id


def _at_once(one: Standing, other: Standing) -> bool:
    same_peak = (one.key.date, one.key.peak) == (other.key.date, other.key.peak)
    return same_peak or (one.starts_at < other.ends_at and other.starts_at < one.ends_at)
