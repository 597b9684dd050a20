"""Drills: judged against 1-3-5, known to the right people, counted against the goal."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.alarm import AlarmLimits, tiers_at
from server.alarm.rules.targets import TargetMark, judge
from server.core.refused import Refused
from server.exercise.rules.drill import DrillState, check_planned, knows_of, year_of
from tests.alarm.strategies import NOW

TARGETS = {1: 60, 2: 180, 3: 300}
seconds = st.floats(0, 1000).map(lambda value: timedelta(seconds=round(value, 3)))


@given(met=st.lists(st.none() | seconds, min_size=3, max_size=3), took=seconds)
def test_each_tier_is_judged_against_its_target(met: list[timedelta | None], took: timedelta) -> None:
    tiers = [
        replace(tier, met_at=None if after is None else NOW + after)
        for tier, after in zip(tiers_at(NOW, AlarmLimits()), met, strict=True)
    ]
    for one, after in zip(judge(tiers, raised_at=NOW, ended_at=NOW + took), met, strict=True):
        target = timedelta(seconds=TARGETS[one.tier])
        assert one.target_s == TARGETS[one.tier]
        if after is None:
            assert one.mark is (TargetMark.MISSED if took > target else TargetMark.CUT_SHORT)
            assert (one.took_s, one.late_s) == (None, None)
        else:
            assert one.took_s == after.total_seconds()
            assert one.mark is (TargetMark.LATE if after > target else TargetMark.MET)
            # What was late and the target are together what it took.
            assert (one.late_s is None) == (one.mark is TargetMark.MET)
            assert one.late_s is None or one.late_s == pytest.approx(one.took_s - one.target_s)


@given(met=st.lists(st.none() | seconds, min_size=3, max_size=3), took=seconds, more=seconds)
def test_what_was_met_or_missed_stays_so_however_long_it_goes_on(
    met: list[timedelta | None], took: timedelta, more: timedelta
) -> None:
    tiers = [
        replace(tier, met_at=None if after is None else NOW + after)
        for tier, after in zip(tiers_at(NOW, AlarmLimits()), met, strict=True)
    ]
    before = judge(tiers, raised_at=NOW, ended_at=NOW + took)
    after = judge(tiers, raised_at=NOW, ended_at=NOW + took + more)
    for one, later in zip(before, after, strict=True):
        assert one == later or (one.mark, later.mark) == (TargetMark.CUT_SHORT, TargetMark.MISSED)


@given(
    state=st.sampled_from(DrillState),
    notice=st.booleans(),
    in_scope=st.booleans(),
    stands_there=st.booleans(),
    mine=st.booleans(),
)
def test_without_notice_only_the_planner_knows_beforehand(
    state: DrillState, notice: bool, in_scope: bool, stands_there: bool, mine: bool
) -> None:
    knows = knows_of(
        state=state,
        notice=notice,
        planned_by=1,
        account_id=1 if mine else 2,
        in_scope=in_scope,
        stands_there=stands_there,
    )
    if mine:
        assert knows
    elif not (in_scope or stands_there):
        assert not knows
    else:
        assert knows == (notice or state in {DrillState.STARTED, DrillState.HELD})


@pytest.mark.parametrize("state", DrillState)
def test_only_a_planned_drill_is_started_or_cancelled(state: DrillState) -> None:
    if state is DrillState.PLANNED:
        check_planned(state)
    else:
        with pytest.raises(Refused, match="drill_not_planned"):
            check_planned(state)


@given(
    schools=st.lists(st.integers(1, 20), unique=True),
    held=st.dictionaries(st.integers(1, 20), st.integers(0, 15)),
    goal=st.integers(0, 12),
)
def test_every_school_is_counted_once_also_without_a_drill(
    schools: list[int], held: dict[int, int], goal: int
) -> None:
    lines = year_of(schools, held, goal)
    assert [one.school_id for one in lines] == schools
    assert all(one.held == held.get(one.school_id, 0) for one in lines)
    assert all(one.reached == (one.held >= goal) for one in lines)
