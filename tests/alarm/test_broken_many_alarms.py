"""The machine of many alarms, with one rule broken: it is worth its time only if it fails then."""

from collections.abc import Iterable
from typing import Any

import pytest

from server.alarm.rules.dispatch import Choice, next_responder
from server.alarm.rules.engagement import Binding, Engaged, Pool, kept_away
from server.alarm.rules.nearest import Field
from server.alarm.rules.needs import DispatchLimits
from server.alarm.rules.response import REPLACED, Mover, ResponseState, move
from server.alarm.rules.search import Call
from server.core.access.roles import Group
from server.core.refused import Refused
from server.delivery.rules.channels import ChannelName, leaves_the_house
from tests.alarm.moves import run_mutant
from tests.alarm.test_many_alarms import ManyAlarms


def _nobody_is_busy(_bindings: Iterable[Binding], *, drill: bool, at_alarms: Iterable[int]) -> Engaged:
    return Engaged(frozenset(), {})


def _a_drill_takes_from_strangers(
    bindings: Iterable[Binding], *, drill: bool, at_alarms: Iterable[int]
) -> Engaged:
    return kept_away(bindings, drill=drill)


def _a_drill_takes_from_alarms(
    bindings: Iterable[Binding], *, drill: bool, at_alarms: Iterable[int]
) -> Engaged:
    return Engaged(frozenset(), kept_away(bindings, drill=drill).bound)


def _drills_keep_people_from_alarms(
    bindings: Iterable[Binding], *, drill: bool, at_alarms: Iterable[int]
) -> Engaged:
    known = {one.account_id: one.how for one in bindings}
    return kept_away([], drill=drill) if drill else Engaged(frozenset(), known)


def _no_bound(_tier: int, _states: Iterable[ResponseState], _limits: DispatchLimits, _pool: Pool) -> int:
    return 99


def _everything_leaves(_channel: ChannelName, *, drill: bool) -> bool:
    return True


def _nothing_leaves(channel: ChannelName, *, drill: bool) -> bool:
    return leaves_the_house(channel, drill=True)


def _nobody_instead(_people: Field, _call: Call, **_more: Any) -> Choice:
    return Choice()


def _anybody_instead(people: Field, call: Call, *, tier: int, group: Group, **more: Any) -> Choice:
    others = [other for other in Group if other is not group and (other is Group.POLICE) == (tier == 3)]
    chosen = [next_responder(people, call, tier=tier, group=one, **more) for one in (group, *others)]
    return next((choice for choice in chosen if choice.responders), chosen[0])


def _no_late_answer(state: ResponseState, to: ResponseState, by: Mover) -> ResponseState:
    if state in REPLACED and to is not state:
        raise Refused("response_not_possible")
    return move(state, to, by)


@pytest.mark.hard
@pytest.mark.parametrize(
    "broken",
    [
        {"kept_away": _nobody_is_busy},
        {"kept_away": _a_drill_takes_from_alarms},
        {"kept_away": _a_drill_takes_from_strangers},
        {"kept_away": _drills_keep_people_from_alarms},
        {"room_left": _no_bound},
        {"leaves_the_house": _everything_leaves},
        {"leaves_the_house": _nothing_leaves},
        {"next_responder": _nobody_instead},
        {"next_responder": _anybody_instead},
        {"move": _no_late_answer},
    ],
    ids=lambda broken: next(iter(broken.values())).__name__.strip("_"),
)
def test_a_broken_rule_is_noticed(broken: dict[str, Any]) -> None:
    """The machine is worth its time only if it fails where a promise is broken."""
    with pytest.raises(AssertionError):
        run_mutant(ManyAlarms, broken)
