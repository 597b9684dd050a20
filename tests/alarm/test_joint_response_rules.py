"""Joint response: which plan is chosen, how it completes what was told, how a unit moves on."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.joint_response import (
    ACTS,
    ORDER,
    JointPlan,
    TaskState,
    UnitPart,
    advance,
    check_link,
    choose_plan,
    complete,
    link_channel,
)
from server.core.refused import Refused
from tests.alarm.strategies import moments

SCHOOLS = st.integers(1, 4)
UNITS = st.integers(1, 6)
KINDS = st.sampled_from(AlarmKind)


@st.composite
def plans(draw: st.DrawFn) -> JointPlan:
    """A plan for some alarms with a lead and up to four others."""
    lead = draw(UNITS)
    supports = draw(st.lists(UNITS.filter(lambda unit: unit != lead), unique=True, max_size=4))
    return JointPlan(draw(st.none() | KINDS), draw(st.none() | SCHOOLS), lead=lead, supports=tuple(supports))


districts = st.lists(plans(), max_size=12, unique_by=lambda plan: (plan.kind, plan.school_id))
told = st.dictionaries(UNITS, st.sampled_from(UnitPart), max_size=6)


@given(districts, st.none() | KINDS, SCHOOLS)
def test_the_most_specific_plan_wins_whatever_the_order(
    district: list[JointPlan], kind: AlarmKind | None, school: int
) -> None:
    wanted = [(school, kind), (school, None), (None, kind), (None, None)]
    by_what = {(plan.school_id, plan.kind): plan for plan in district}
    expected = next((by_what[what] for what in wanted if what in by_what), None)
    assert choose_plan(district, kind=kind, school_id=school) == expected
    assert choose_plan(reversed(district), kind=kind, school_id=school) == expected


@given(districts, SCHOOLS)
def test_an_untold_kind_is_never_guessed(district: list[JointPlan], school: int) -> None:
    chosen = choose_plan(district, kind=None, school_id=school)
    assert chosen is None or chosen.kind is None


@given(plans(), told)
def test_a_completion_tells_nobody_twice_lets_nobody_go_and_leaves_one_lead(
    plan: JointPlan, before: dict[int, UnitPart]
) -> None:
    what = complete(plan, before)
    assert not set(what.to_notify) & set(before)
    assert set(what.changed) <= set(before)
    after = {**before, **what.changed, **what.to_notify}
    assert set(after) == set(before) | set(plan.units)
    assert [unit for unit, part in after.items() if part is UnitPart.LEAD] == [plan.lead]
    again = complete(plan, after)
    assert (again.to_notify, again.changed) == ({}, {}), "completing twice changes nothing"


@given(st.lists(st.sampled_from(ACTS), max_size=12))
def test_a_unit_only_moves_forward_and_each_act_is_good_once(acts: list[TaskState]) -> None:
    state = TaskState.NOTIFIED
    for act in acts:
        if ORDER.index(act) <= ORDER.index(state):
            with pytest.raises(Refused) as no:
                advance(state, act)
            assert (no.value.code, no.value.facts) == ("link_used", {"state": state.value})
        else:
            state = advance(state, act)
            assert state == act, "skipping forward is allowed"
    assert state == max([TaskState.NOTIFIED, *acts], key=ORDER.index)


@given(moments, st.none() | moments)
def test_a_link_is_good_until_it_expires_and_while_its_alarm_is_open(expires_at, resolved_at) -> None:
    second = timedelta(seconds=1)
    with pytest.raises(Refused) as late:
        check_link(expires_at=expires_at, resolved_at=resolved_at, now=expires_at)
    assert (late.value.code, late.value.facts) == ("link_expired", {})
    if resolved_at is None:
        check_link(expires_at=expires_at, resolved_at=None, now=expires_at - second)
    else:
        with pytest.raises(Refused) as over:
            check_link(expires_at=expires_at, resolved_at=resolved_at, now=expires_at - second)
        assert over.value.code == "alarm_over"


@given(st.text("0123456789", min_size=3, max_size=12), st.sampled_from([None, "sms", "demo"]))
def test_a_drill_never_takes_a_real_way_out(telephone: str, channel: str | None) -> None:
    assert link_channel(telephone, drill=True, channel=channel) == "demo"


def test_an_sms_reaches_mobile_telephones_alone() -> None:
    assert link_channel("19900009001", drill=False, channel="sms") == "sms"
    assert link_channel("055100002001", drill=False, channel="sms") is None
    assert link_channel("119", drill=False, channel="demo") == "demo"
    assert link_channel("19900009001", drill=False, channel=None) is None
