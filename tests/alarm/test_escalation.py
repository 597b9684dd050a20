"""The ladders of an alarm, a step at a time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.escalation import (
    DEFAULT_PLAN,
    Cause,
    Phase,
    Plan,
    Step,
    TierAnswers,
    begin,
    judged,
    taken,
    turn,
)
from tests.alarm.plans import LIMITS, RAISED, TARGETS, plans, steps


@given(steps)
def test_a_step_is_read_as_it_was_written(step: Step) -> None:
    assert Step.from_dict(step.as_dict()) == step


@pytest.mark.parametrize("field", ["channels", "groups", "roles"])
def test_an_unknown_name_in_a_step_is_refused(field: str) -> None:
    written = DEFAULT_PLAN[1][0].as_dict() | {field: ["pigeon"]}
    with pytest.raises(ValueError, match="pigeon"):
        Step.from_dict(written)


@given(plans())
def test_without_an_answer_every_step_follows_and_the_last_one_repeats(plan: Plan) -> None:
    for ladder in begin(raised_at=RAISED, targets=TARGETS):
        causes, rungs, climbing = [], [], ladder
        for _ in range(len(plan[ladder.tier]) + 3):
            now = climbing.due_at or RAISED
            step = turn(climbing, plan)
            causes.append(step.cause)
            rungs.append(step.rung)
            climbing = taken(climbing, plan, reached=True, now=now, limits=LIMITS)
            assert climbing.due_at is not None
            assert climbing.due_at > now, "a step that reached somebody is waited for"
        last = len(plan[ladder.tier]) - 1
        assert rungs == [*range(last + 1), last, last, last]
        assert causes[0] is Cause.RAISED
        assert set(causes[1 : last + 1]) <= {Cause.NO_ACKNOWLEDGEMENT}
        assert causes[last + 1 :] == [Cause.REPEATED] * 3


@given(plans())
def test_a_step_that_reaches_nobody_is_skipped_at_once_but_the_last_never_spins(plan: Plan) -> None:
    for ladder in begin(raised_at=RAISED, targets=TARGETS):
        climbing, count = ladder, 0
        while climbing.due_at is not None and climbing.due_at <= RAISED:
            climbing = taken(climbing, plan, reached=False, now=RAISED, limits=LIMITS)
            count += 1
        assert count == len(plan[ladder.tier])


@given(plans(), st.integers(0, 2000))
def test_coming_but_not_there_by_the_target_is_called_again_and_wider(plan: Plan, after_s: int) -> None:
    now = RAISED + timedelta(seconds=after_s)
    for ladder in begin(raised_at=RAISED, targets=TARGETS)[1:]:
        coming = judged(ladder, plan, TierAnswers(acknowledged=True), now=now, limits=LIMITS)
        assert coming.phase is Phase.COMING
        assert coming.due_at == max(ladder.target_at, now + timedelta(seconds=LIMITS.again_s))
        step = turn(coming, plan)
        assert step.cause is Cause.TARGET_MISSED
        assert step.more >= 1, "wider"
        again = taken(coming, plan, reached=True, now=coming.due_at, limits=LIMITS)
        assert again.due_at == coming.due_at + timedelta(seconds=LIMITS.again_s)


@given(plans(), st.integers(0, 600), st.booleans(), st.booleans())
def test_judging_twice_changes_nothing(plan: Plan, after_s: int, acknowledged: bool, there: bool) -> None:
    now = RAISED + timedelta(seconds=after_s)
    standing = TierAnswers(acknowledged or there, there)
    for ladder in begin(raised_at=RAISED, targets=TARGETS):
        once = judged(ladder, plan, standing, now=now, limits=LIMITS)
        later = now + timedelta(seconds=5)
        assert judged(once, plan, standing, now=later, limits=LIMITS) == once
