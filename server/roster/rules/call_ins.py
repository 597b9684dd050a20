"""Whom to call in for a no-show: qualified, free and near; three of a group at most."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.core.access.roles import Actor, Group, Role

MOST_PROPOSED = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody free who may fill a seat of a group.

    ``distance_m``: how far off the nearest post is at which he stood these months; ``None`` where he stood at none.
    ``duties``: those that he has in that week.
    """

    account_id: int
    name: str
    category: str
    distance_m: float | None
    duties: int


def proposed(people: Iterable[Proposal]) -> list[Proposal]:
    """Choose whom to propose: the nearest first, then who has least to do; who stood nowhere yet comes last."""
    return sorted(people, key=_order)[:MOST_PROPOSED]


def _order(one: Proposal) -> tuple[bool, float, int, int]:
    # Within a hundred metres nobody is nearer than another.
    return (one.distance_m is None, round(one.distance_m or 0, -2), one.duties, one.account_id)


def groups_for(actor: Actor) -> frozenset[Group]:
    """Give the groups whose people an actor may call in: a station police, a school and a leader all others."""
    police = frozenset({Group.POLICE})
    if actor.role == Role.STATION_OFFICER:
        return police
    every = frozenset(Group)
    return every - police if actor.role in {Role.SCHOOL_ADMIN, Role.GUARD} else every
