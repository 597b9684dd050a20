"""How far an alarm takes hold of people: whom others leave to it, and how many it calls by itself."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from server.domain.needs import DispatchLimits
from server.domain.response import CALLED, ResponseState


@dataclass(frozen=True, slots=True)
class Engaged:
    """Who is asked to, or on the way to, open alarms: never chosen (``left_out``), or only for want of others."""

    left_out: frozenset[int]
    busy: frozenset[int]


def kept_away(standing: Iterable[tuple[int, bool]], *, drill: bool) -> Engaged:
    """Tell whom open alarms keep from another one: accounts, each with whether he is busy with a drill.

    A drill asks nobody who is busy with an alarm; whoever is busy with a drill alone is free for an alarm.
    """
    known = list(standing)
    at_drills = frozenset(account_id for account_id, of_drill in known if of_drill)
    at_alarms = frozenset(account_id for account_id, of_drill in known if not of_drill)
    return Engaged(at_alarms, at_drills) if drill else Engaged(frozenset(), at_alarms)


def room_left(tier: int, states: Iterable[ResponseState], limits: DispatchLimits) -> int:
    """Tell how many more people of a tier an alarm calls by itself, given the states of those it asked.

    Who is silent or coming counts; who declined or went has made room. Everybody on the spot is told anyway.
    """
    if tier == 1:
        return sys.maxsize
    return max(0, limits.most_called - sum(state in CALLED for state in states))
