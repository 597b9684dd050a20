"""What an alarm has once another one was folded into it: people, their answers, and the targets these meet."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from server.alarm.rules.alarm import Tier, after_response
from server.alarm.rules.response import ACKNOWLEDGING, FINAL, ResponseState
from server.core.access.roles import Group


@dataclass(frozen=True, slots=True)
class Answered:
    """One person's response to either of the two, and when he said that he goes and came."""

    account_id: int
    tier: int
    group: Group
    state: ResponseState
    responded_at: datetime | None
    on_scene_at: datetime | None


def goes_on(state: ResponseState) -> bool:
    """Tell whether somebody asked to the double is asked to the alarm that goes on: whoever may still answer."""
    return state not in FINAL


def replaces(main: ResponseState, double: ResponseState) -> bool:
    """Tell whether the answer of somebody asked to both counts as he gave it to the double: he came further there."""
    if double not in ACKNOWLEDGING or main in FINAL:
        return False
    return main not in ACKNOWLEDGING or double == ResponseState.ON_SCENE


def tiers_after(
    tiers: Iterable[Tier],
    answers: Iterable[Answered],
    *,
    reporters: Collection[int | None],
    raised_at: datetime,
) -> tuple[Tier, ...]:
    """Mark the targets that the answers to both alarms meet, each when it was given, not before the raising."""
    after = tuple(tiers)
    for at, one, state in _given(answers, reporters):
        after = after_response(
            after,
            account_id=one.account_id,
            responder_tier=one.tier,
            group=one.group,
            state=state,
            reporters=(),
            now=max(at, raised_at),
        )
    return after


def first_acknowledged(
    answers: Iterable[Answered],
    *,
    at_console: tuple[datetime, int] | None,
    reporters: Collection[int | None],
    raised_at: datetime,
) -> tuple[datetime, int] | None:
    """Give when and by whom the two were first acknowledged: by an answer, or at a console; never by a reporter."""
    given = [(at, one.account_id) for at, one, _state in _given(answers, reporters)]
    if at_console is not None and at_console[1] not in reporters:
        given.append(at_console)
    if not given:
        return None
    at, account_id = min(given)
    return max(at, raised_at), account_id


def _given(
    answers: Iterable[Answered], reporters: Collection[int | None]
) -> list[tuple[datetime, Answered, ResponseState]]:
    """List what was said by those who came or are coming, in the order of time."""
    given = []
    for one in answers:
        if one.account_id in reporters or one.state not in ACKNOWLEDGING | {ResponseState.LEFT}:
            continue
        if one.responded_at is not None:
            given.append((one.responded_at, one, ResponseState.RESPONDING))
        if one.on_scene_at is not None:
            given.append((one.on_scene_at, one, ResponseState.ON_SCENE))
    return sorted(given, key=lambda each: (each[0], each[1].account_id))
