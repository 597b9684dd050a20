"""The state machine of an alarm is worth its time only if it fails where a promise is broken."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from server.alarm.rules.escalation import (
    Answer,
    Ladder,
    Phase,
    Plan,
    Step,
    TierAnswers,
    judged,
    standing_of,
    taken,
)
from server.alarm.rules.kind_steps import of_kind
from server.alarm.rules.response import Mover, ResponseState, move
from server.core.refused import Refused
from tests.alarm.moves import run_mutant
from tests.alarm.test_an_alarm import RAISER, AnAlarm


def _anybody_counts(tier: int, answers: Iterable[Answer], **more: Any) -> TierAnswers:
    return standing_of(tier, [replace(one, tier=tier) for one in answers], **more)


def _the_raiser_counts(tier: int, answers: Iterable[Answer], **more: Any) -> TierAnswers:
    return standing_of(tier, answers, **{**more, "reporters": []})


def _any_console_counts(tier: int, answers: Iterable[Answer], **more: Any) -> TierAnswers:
    found = standing_of(tier, answers, **more)
    return replace(found, acknowledged=found.acknowledged or more["acknowledged_by_police_console"])


def _coming_is_there(tier: int, answers: Iterable[Answer], **more: Any) -> TierAnswers:
    found = standing_of(tier, answers, **more)
    return replace(found, there=found.acknowledged)


def _there_by_anybody(tier: int, answers: Iterable[Answer], **more: Any) -> TierAnswers:
    known = list(answers)
    found = standing_of(tier, known, **more)
    there = any(one.state is ResponseState.ON_SCENE and one.account_id != RAISER for one in known)
    return TierAnswers(found.acknowledged or there, found.there or there)


def _nobody_counts(_tier: int, _answers: Iterable[Answer], **_more: Any) -> TierAnswers:
    return TierAnswers()


def _no_way_back(ladder: Ladder, plan: Plan, standing: TierAnswers, **more: Any) -> Ladder:
    after = judged(ladder, plan, standing, **more)
    return ladder if after.phase is Phase.CALLING else after


def _silent_when_all_are_there(ladder: Ladder, plan: Plan, standing: TierAnswers, **more: Any) -> Ladder:
    after = judged(ladder, plan, standing, **more)
    return replace(after, due_at=None) if after.phase is Phase.THERE else after


def _ends_with_its_last_step(ladder: Ladder, plan: Plan, **more: Any) -> Ladder:
    after = taken(ladder, plan, **more)
    return after if after.next_step < len(plan[after.tier]) else replace(after, due_at=None)


def _counts_no_step(ladder: Ladder, plan: Plan, **more: Any) -> Ladder:
    return replace(taken(ladder, plan, **more), happened=ladder.happened)


def _no_late_answer(state: ResponseState, to: ResponseState, by: Mover) -> ResponseState:
    if state is ResponseState.TIMED_OUT and to is not state:
        raise Refused("response_not_possible")
    return move(state, to, by)


def _whoever_declined_stays_away(state: ResponseState, to: ResponseState, by: Mover) -> ResponseState:
    if state is ResponseState.DECLINED and to is not state:
        raise Refused("response_not_possible")
    return move(state, to, by)


def _kind_changes_nothing(ladder: Ladder, *_plan: Any, **_more: Any) -> Ladder:
    return ladder


def _begins_anew(ladder: Ladder, plan: Plan, done: list[Step], **more: Any) -> Ladder:
    return of_kind(ladder, plan, [], **more)


def _calls_who_is_coming(ladder: Ladder, plan: Plan, done: list[Step], **more: Any) -> Ladder:
    after = of_kind(ladder, plan, done, **more)
    return after if after.phase is Phase.CALLING else replace(after, due_at=more["now"])


def _never_hurries(ladder: Ladder, _plan: Plan, **_more: Any) -> Ladder:
    return ladder


def _hurries_without_end(ladder: Ladder, _plan: Plan, *, now: datetime, **_more: Any) -> Ladder:
    return replace(ladder, due_at=now)


@pytest.mark.hard
@pytest.mark.parametrize(
    "broken",
    [
        {"standing_of": _anybody_counts},
        {"standing_of": _the_raiser_counts},
        {"standing_of": _any_console_counts},
        {"standing_of": _coming_is_there},
        {"standing_of": _there_by_anybody},
        {"standing_of": _nobody_counts},
        {"judged": _no_way_back},
        {"judged": _silent_when_all_are_there},
        {"taken": _ends_with_its_last_step},
        {"taken": _counts_no_step},
        {"move": _no_late_answer},
        {"move": _whoever_declined_stays_away},
        {"hurried": _never_hurries},
        {"hurried": _hurries_without_end},
        {"of_kind": _kind_changes_nothing},
        {"of_kind": _begins_anew},
        {"of_kind": _calls_who_is_coming},
    ],
    ids=lambda broken: next(iter(broken.values())).__name__.strip("_"),
)
def test_a_broken_rule_is_noticed(broken: dict[str, Any]) -> None:
    """The machine is worth its time only if it fails where a promise is broken."""
    with pytest.raises(AssertionError):
        run_mutant(AnAlarm, broken)
