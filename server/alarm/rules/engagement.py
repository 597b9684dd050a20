"""How far an alarm takes hold of people: whom others leave to it, and how many it calls by itself."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.response import CALLED, ResponseState
from server.alarm.rules.standing import Doubt


class Bound(IntEnum):
    """What another open alarm of full standing makes of somebody, the less to be called away the higher."""

    FREE = 0
    ASKED = 1
    COMING = 2
    ON_SPOT = 3
    RAISER = 4


class Pool(StrEnum):
    """Whose places somebody takes among those whom an alarm calls by itself: each pool has its own."""

    COUNTING = "counting"
    APPROVED = "approved"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Binding:
    """Somebody whom an open alarm or drill of full standing has taken hold of, and how."""

    account_id: int
    drill: bool
    how: Bound


@dataclass(frozen=True, slots=True)
class Engaged:
    """Who is never chosen (``left_out``), and who only for want of others near (``bound``)."""

    left_out: frozenset[int]
    bound: Mapping[int, Bound]


def binding(*, tier: int, state: ResponseState) -> Bound:
    """Tell how an open alarm binds somebody whom it asked and who is not out of it."""
    if tier == 1:
        return Bound.ON_SPOT
    return Bound.ASKED if state is ResponseState.NOTIFIED else Bound.COMING


def kept_away(bindings: Iterable[Binding], *, drill: bool, at_alarms: Iterable[int] = ()) -> Engaged:
    """Tell whom open alarms keep from another one.

    A drill asks nobody who is busy with an alarm, nor anybody else who takes part in one (``at_alarms``): who does
    not count, or was asked to a stranger's. Whoever is busy with a drill alone is free for an alarm.
    """
    by_drill: tuple[dict[int, Bound], dict[int, Bound]] = ({}, {})
    for one in bindings:
        known = by_drill[one.drill]
        known[one.account_id] = max(one.how, known.get(one.account_id, Bound.FREE))
    by_alarms, by_drills = by_drill
    if drill:
        return Engaged(frozenset(by_alarms).union(at_alarms), by_drills)
    return Engaged(frozenset(), by_alarms)


def pool_of(doubt: Doubt | None) -> Pool:
    """Tell whose places somebody takes: those who do not count take none from those who do."""
    if doubt is None:
        return Pool.COUNTING
    return Pool.PENDING if doubt is Doubt.NOT_APPROVED else Pool.APPROVED


def room_left(tier: int, states: Iterable[ResponseState], limits: DispatchLimits, pool: Pool) -> int:
    """Tell how many more people of a tier and pool an alarm calls by itself, given the states of those it asked.

    Who is silent or coming counts; who declined or went has made room. Everybody on the spot is told anyway,
    but of pending accounts no more than elsewhere: anybody can make them.
    """
    if tier == 1 and pool is not Pool.PENDING:
        return sys.maxsize
    return max(0, limits.most_called - sum(state in CALLED for state in states))
