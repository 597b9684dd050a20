"""Arrivals, and the end of a duty."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.calendar.rules import Shift, Window
from server.core.geo import Point
from server.core.refused import Refused
from server.duty.rules.arrival import (
    Arrival,
    Attempt,
    Verdict,
    duty_minutes,
    judge_arrival,
    judged_time,
    require_check_out,
)
from server.duty.rules.trust import FOR_INFORMATION, UNVERIFYING, Fix, Flag, TrustLimits
from tests.alarm.strategies import GATE, NOW, SHIFT, fixes, shifts

BESIDE = Point(GATE.latitude + 0.00003, GATE.longitude)
PROPER = Attempt(claimed_at=NOW, queued=False, fix=Fix(BESIDE, 10, NOW), approved=True, rostered=True)
SECOND = timedelta(seconds=1)
SPEAKS_AGAINST = {
    Flag.STALE_CODE: {"stale_code": True},
    Flag.LATE_SYNC: {"queued": True, "claimed_at": NOW - 121 * SECOND},
    Flag.SHARED_DEVICE: {"shared_device": True},
    Flag.NOT_APPROVED: {"approved": False},
    Flag.NOT_ROSTERED: {"rostered": False},
    Flag.NO_FIX: {"fix": None},
}


def judge(
    attempt: Attempt, shift: Shift = SHIFT, *, after_start: timedelta = timedelta(minutes=-5)
) -> Arrival:
    at = shift.starts_at + after_start
    return judge_arrival(shift, attempt, at=at, now=NOW, post=GATE, fence_radius_m=150, limits=TrustLimits())


@given(shift=shifts(), part=st.floats(0, 0.9999))
def test_late_is_after_the_grace_and_counts_from_the_start(shift: Shift, part: float) -> None:
    at = shift.opens_at + part * (shift.ends_at - shift.opens_at)
    arrival = judge(PROPER, shift, after_start=at - shift.starts_at)
    assert (arrival.verdict == Verdict.LATE) == (at > shift.late_after)
    if arrival.verdict == Verdict.LATE:
        late = timedelta(minutes=arrival.minutes_late)
        assert late <= at - shift.starts_at < late + timedelta(minutes=1)
    else:
        assert arrival.minutes_late == 0


def test_minutes_of_lateness_count_from_the_start_not_from_the_grace() -> None:
    assert judge(PROPER, after_start=timedelta(minutes=5)).verdict == Verdict.ON_TIME
    just_late = judge(PROPER, after_start=timedelta(minutes=5) + SECOND)
    assert (just_late.verdict, just_late.minutes_late) == (Verdict.LATE, 5)
    assert judge(PROPER, after_start=timedelta(minutes=17, seconds=59)).minutes_late == 17


@given(
    flags=st.sets(st.sampled_from(list(SPEAKS_AGAINST))),
    fix=fixes(),
    last_fix=st.none() | fixes(),
)
def test_each_flag_stands_for_its_own_reason_and_none_refuses(
    flags: set[Flag], fix: Fix, last_fix: Fix | None
) -> None:
    changes: dict[str, object] = {"fix": fix, "last_fix": last_fix}
    for flag in flags:
        changes |= SPEAKS_AGAINST[flag]
    arrival = judge(replace(PROPER, **changes))
    of_place = {Flag.NO_FIX, Flag.POOR_FIX, Flag.OUTSIDE_FENCE, Flag.IMPOSSIBLE_SPEED}
    assert set(arrival.flags) - FOR_INFORMATION - of_place == flags - of_place
    assert arrival.verified == (not set(arrival.flags) & UNVERIFYING)
    assert (arrival.distance_m is None) == (Flag.NO_FIX in arrival.flags)
    assert flags & of_place <= set(arrival.flags)


def test_without_a_roster_nobody_is_off_the_roster() -> None:
    assert Flag.NOT_ROSTERED not in judge(replace(PROPER, rostered=None)).flags
    assert judge(PROPER).verified


def test_who_is_helped_needs_no_phone_but_must_be_approved() -> None:
    helped = replace(PROPER, fix=None, assisted=True)
    assert judge(helped).verified
    assert judge(replace(helped, approved=False, rostered=False)).flags == (
        Flag.NOT_APPROVED,
        Flag.NOT_ROSTERED,
    )


@given(ago=st.timedeltas(timedelta(hours=-48), timedelta(hours=48)), queued=st.booleans())
def test_only_a_queued_entry_is_judged_on_its_claimed_time(ago: timedelta, queued: bool) -> None:
    try:
        at = judged_time(claimed_at=NOW - ago, queued=queued, now=NOW, window=Window(), upcoming=SHIFT)
    except Refused as refused:
        facts = (refused.code, refused.facts, queued, ago > timedelta(hours=24))
    else:
        facts = None
        assert at <= NOW
        assert at == (min(NOW, NOW - ago) if queued else NOW)
    refusal = ("shift_over", {"next_opens_at": SHIFT.opens_at}, True, True)
    assert facts == (refusal if queued and ago > timedelta(hours=24) else None)


def test_a_queued_entry_keeps_its_verdict_and_waits_for_confirmation() -> None:
    queued = replace(PROPER, queued=True, claimed_at=SHIFT.starts_at, fix=Fix(BESIDE, 10, SHIFT.starts_at))
    arrival = judge(queued, after_start=timedelta())
    assert arrival.verdict == Verdict.ON_TIME
    assert arrival.flags == (Flag.LATE_SYNC,)
    assert not arrival.verified


@given(waited_s=st.integers(-60, 600), fix_age_s=st.integers(0, 300))
def test_a_queued_entry_that_came_within_two_minutes_counts_like_any_other(
    waited_s: int, fix_age_s: int
) -> None:
    """Its fix is held against the claimed time, not against the server's."""
    claimed = NOW - waited_s * SECOND
    fix = Fix(BESIDE, 10, min(claimed, NOW) - fix_age_s * SECOND)
    arrival = judge(replace(PROPER, queued=True, claimed_at=claimed, fix=fix))
    assert (Flag.LATE_SYNC in arrival.flags) == (waited_s > 120)
    assert (Flag.NO_FIX in arrival.flags) == (fix_age_s > 120)
    assert arrival.verified == (waited_s <= 120 and fix_age_s <= 120)


@given(shift=shifts())
def test_check_out_opens_and_duties_close_at_their_moments(shift: Shift) -> None:
    require_check_out(shift, shift.check_out_opens_at)
    with pytest.raises(Refused) as refused:
        require_check_out(shift, shift.check_out_opens_at - SECOND)
    assert refused.value.code == "check_out_too_early"
    assert refused.value.facts == {"opens_at": shift.check_out_opens_at}


@given(shift=shifts(), stay=st.timedeltas(timedelta(0), timedelta(days=2)))
def test_minutes_of_a_duty_end_when_it_is_closed(shift: Shift, stay: timedelta) -> None:
    minutes = timedelta(minutes=duty_minutes(shift.opens_at, shift.opens_at + stay, shift))
    real = min(stay, shift.closes_at - shift.opens_at)
    assert minutes <= real < minutes + timedelta(minutes=1)
    assert duty_minutes(shift.closes_at, shift.opens_at, shift) == 0
