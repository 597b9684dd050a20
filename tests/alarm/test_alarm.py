"""An alarm as a whole: its targets, and who acknowledges it."""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.alarm.rules.alarm import AlarmLimits, Tier, acknowledges, after_response, tiers_at
from server.alarm.rules.response import ResponseState
from server.core.access.roles import Group
from tests.alarm.strategies import NOW

LIMITS = AlarmLimits()
SECOND = timedelta(seconds=1)
REPORTERS = {None, 1, 2}

responses = st.fixed_dictionaries(
    {
        "account_id": st.integers(1, 5),
        "responder_tier": st.integers(1, 3),
        "group": st.sampled_from(Group),
        "state": st.sampled_from(ResponseState),
    }
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
        tiers = after_response(tiers, reporters=REPORTERS, now=now, **one)  # type: ignore[arg-type]
        going, there = one["state"] == "responding", one["state"] == "on_scene"
        if one["responder_tier"] == 1 and (going or there) and one["account_id"] not in REPORTERS:
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
        tiers = after_response(tiers, reporters=REPORTERS, now=NOW, **one)  # type: ignore[arg-type]
    written = json.loads(json.dumps([tier.as_dict() for tier in tiers]))
    assert tuple(Tier.from_dict(one) for one in written) == tiers


@given(
    account_id=st.integers(1, 5),
    raised_by=st.none() | st.integers(1, 5),
    reporters=st.sets(st.integers(1, 5)),
)
def test_who_reported_cannot_acknowledge(account_id: int, raised_by: int | None, reporters: set[int]) -> None:
    expected = account_id not in reporters | {raised_by}
    assert acknowledges(account_id=account_id, raised_by=raised_by, reporters=reporters) == expected
