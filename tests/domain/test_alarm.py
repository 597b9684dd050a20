"""An alarm as a whole: place, joining, tiers."""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.domain.alarm import (
    AlarmLimits,
    OpenAlarm,
    PlaceFrom,
    Tier,
    acknowledges,
    after_response,
    alarm_to_join,
    place_of,
    tiers_at,
)
from server.domain.geo import Point
from server.domain.response import ResponseState
from server.domain.roles import Group
from server.domain.trust import Fix
from tests.domain.strategies import GATE, NOW, fixes

LIMITS = AlarmLimits()
SECOND = timedelta(seconds=1)
RAISER = 1

open_alarms = st.lists(
    st.builds(
        OpenAlarm,
        alarm_id=st.integers(1, 99),
        post_id=st.integers(1, 3),
        raised_by=st.none() | st.integers(1, 4),
        raised_at=st.integers(0, 200).map(lambda ago: NOW - ago * SECOND),
        drill=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.alarm_id,
)
responses = st.fixed_dictionaries(
    {
        "account_id": st.integers(1, 5),
        "responder_tier": st.integers(1, 3),
        "group": st.sampled_from(Group),
        "state": st.sampled_from(ResponseState),
    }
)


@given(
    alarms=open_alarms,
    account_id=st.none() | st.integers(1, 4),
    post_id=st.integers(1, 3),
    drill=st.booleans(),
)
def test_a_press_joins_its_own_alarm_or_a_fresh_one_of_the_post(
    alarms: list[OpenAlarm], account_id: int | None, post_id: int, drill: bool
) -> None:
    joined = alarm_to_join(
        alarms, account_id=account_id, post_id=post_id, now=NOW, drill=drill, limits=LIMITS
    )
    own = [one for one in alarms if one.raised_by == account_id is not None and not one.drill]
    fresh = [
        one
        for one in alarms
        if one.post_id == post_id and NOW - one.raised_at <= 60 * SECOND and not one.drill
    ]
    if drill or not (own or fresh):
        assert joined is None
    else:
        assert joined in {one.alarm_id for one in own or fresh}
        newest = max(one.raised_at for one in own or fresh)
        assert any(one.alarm_id == joined and one.raised_at == newest for one in alarms)


def test_the_sixtieth_second_still_joins() -> None:
    alarm = OpenAlarm(9, 1, 1, NOW, drill=False)
    for later, expected in ((60, 9), (61, None)):
        assert expected == alarm_to_join(
            [alarm], account_id=2, post_id=1, now=NOW + later * SECOND, drill=False, limits=LIMITS
        )


def test_targets_are_one_three_and_five_minutes() -> None:
    tiers = tiers_at(NOW, LIMITS)
    assert [(one.tier, one.target_s) for one in tiers] == [(1, 60), (2, 180), (3, 300)]
    assert all(one.due_at == NOW + one.target_s * SECOND and one.met_at is None for one in tiers)


@given(happened=st.lists(responses, max_size=8))
def test_a_tier_is_met_once_by_the_right_person(happened: list[dict[str, object]]) -> None:
    tiers: tuple[Tier, ...] = tiers_at(NOW, LIMITS)
    met: dict[int, tuple[object, object]] = {}
    for step, one in enumerate(happened, start=1):
        now = NOW + step * SECOND
        tiers = after_response(tiers, raised_by=RAISER, now=now, **one)  # type: ignore[arg-type]
        going, there = one["state"] == "responding", one["state"] == "on_scene"
        if one["responder_tier"] == 1 and (going or there) and one["account_id"] != RAISER:
            met.setdefault(1, (now, one["account_id"]))
        if one["responder_tier"] == 2 and there:
            met.setdefault(2, (now, one["account_id"]))
        if one["group"] == Group.POLICE and there:
            met.setdefault(3, (now, one["account_id"]))
    assert {tier.tier: (tier.met_at, tier.met_by) for tier in tiers if tier.met_at} == met


@given(happened=st.lists(responses, max_size=4))
def test_tiers_are_read_as_they_were_written(happened: list[dict[str, object]]) -> None:
    tiers: tuple[Tier, ...] = tiers_at(NOW, LIMITS)
    for one in happened:
        tiers = after_response(tiers, raised_by=RAISER, now=NOW, **one)  # type: ignore[arg-type]
    written = json.loads(json.dumps([tier.as_dict() for tier in tiers]))
    assert tuple(Tier.from_dict(one) for one in written) == tiers


@given(fix=st.none() | fixes(), late_s=st.integers(-600, 600))
def test_an_alarm_is_at_a_fresh_and_fair_fix_or_at_its_post(fix: Fix | None, late_s: int) -> None:
    now = NOW + late_s * SECOND
    place = place_of(fix, post=GATE, now=now, limits=LIMITS)
    fresh = fix is not None and abs((now - fix.at).total_seconds()) <= 300 and fix.accuracy_m <= 500
    assert (place.place_from == PlaceFrom.FIX) == fresh
    if fresh and fix is not None:
        assert (place.point, place.accuracy_m) == (fix.point, fix.accuracy_m)
    else:
        assert (place.point, place.accuracy_m) == (GATE, None)


def test_a_phone_that_knows_nothing_does_not_move_an_alarm_into_the_sea() -> None:
    nowhere = Fix(Point(0.0, 0.0), 5, NOW)
    assert place_of(nowhere, post=GATE, now=NOW, limits=LIMITS).point == GATE
    assert place_of(Fix(GATE, 501, NOW), post=GATE, now=NOW, limits=LIMITS).place_from == PlaceFrom.POST


@given(
    account_id=st.integers(1, 5),
    raised_by=st.none() | st.integers(1, 5),
    reporters=st.sets(st.integers(1, 5)),
)
def test_who_reported_cannot_acknowledge(account_id: int, raised_by: int | None, reporters: set[int]) -> None:
    expected = account_id not in reporters | {raised_by}
    assert acknowledges(account_id=account_id, raised_by=raised_by, reporters=reporters) == expected
