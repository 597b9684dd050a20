"""Flags: what speaks against a check-in."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.domain.geo import Point, distance_m, wgs84_to_gcj02
from server.domain.trust import (
    UNVERIFYING,
    CodeStanding,
    Fix,
    Flag,
    TrustLimits,
    code_standing,
    confirmed_together,
    in_order,
    is_clock_skewed,
    is_impossible_speed,
    is_verified,
    place_finding,
    usable_fix,
)
from tests.domain.strategies import GATE, NOW, fixes, mainland

LIMITS = TrustLimits()
# Where no GCJ-02 exists, a fix has one reading only.
ELSEWHERE = Point(48.0, 11.0)


def find(fix: Fix | None, *, post: Point = GATE, last: Fix | None = None) -> frozenset[Flag]:
    return place_finding(fix, post=post, fence_radius_m=150, last_fix=last, limits=LIMITS).flags


def north_of(point: Point, way_m: float) -> Point:
    return Point(point.latitude + way_m / 111_195, point.longitude)


@given(flags=st.sets(st.sampled_from(Flag)))
def test_verified_is_what_carries_no_unverifying_flag(flags: set[Flag]) -> None:
    assert is_verified(flags) == is_verified([flag.value for flag in flags]) == (not flags & UNVERIFYING)
    assert set(in_order(flags)) == flags
    assert in_order(flags) == in_order(reversed(in_order(flags)))


def test_which_flags_wait_for_a_human() -> None:
    assert {flag.value for flag in UNVERIFYING} == {
        "no_fix",
        "outside_fence",
        "impossible_speed",
        "stale_code",
        "late_sync",
        "shared_device",
        "not_approved",
        "not_rostered",
    }


@given(way_m=st.floats(0, 1000), accuracy_m=st.floats(0, 1000))
def test_the_fence_gives_the_benefit_of_fifty_metres_at_most(way_m: float, accuracy_m: float) -> None:
    fix = Fix(north_of(ELSEWHERE, way_m), accuracy_m, NOW)
    outside = distance_m(fix.point, ELSEWHERE) > 150 + min(accuracy_m, 50)
    assert (Flag.OUTSIDE_FENCE in find(fix, post=ELSEWHERE)) == outside


@given(fix=fixes(mainland), worse_m=st.floats(0, 1000))
def test_a_poorer_fix_never_puts_anybody_outside(fix: Fix, worse_m: float) -> None:
    poorer = Fix(fix.point, fix.accuracy_m + worse_m, fix.at)
    if Flag.OUTSIDE_FENCE not in find(fix):
        assert Flag.OUTSIDE_FENCE not in find(poorer)


@given(post=mainland)
def test_at_the_gate_under_either_reading_is_inside_and_unsure(post: Point) -> None:
    for point in (post, wgs84_to_gcj02(post)):
        finding = place_finding(
            Fix(point, 0, NOW), post=post, fence_radius_m=20, last_fix=None, limits=LIMITS
        )
        assert finding.flags <= {Flag.DATUM_UNSURE}
        assert finding.distance_m is not None
        assert finding.distance_m < 1


def test_inside_under_both_readings_is_sure() -> None:
    finding = place_finding(Fix(GATE, 10, NOW), post=GATE, fence_radius_m=5000, last_fix=None, limits=LIMITS)
    assert finding.flags == frozenset()
    assert find(Fix(ELSEWHERE, 10, NOW), post=ELSEWHERE) == frozenset()


def test_no_fix_and_the_fix_of_a_phone_that_knows_nothing() -> None:
    assert find(None) == find(Fix(Point(0.0, 0.0), 5, NOW)) == {Flag.NO_FIX}
    assert usable_fix(Fix(Point(0.0, 0.0), 5, NOW)) is None


def test_a_poor_fix_is_told_only_for_information() -> None:
    assert Flag.POOR_FIX not in find(Fix(GATE, 100, NOW))
    flags = find(Fix(GATE, 101, NOW))
    assert Flag.POOR_FIX in flags
    assert is_verified(flags)


@given(seconds=st.floats(2, 3600), speed=st.floats(0, 49) | st.floats(51, 300))
def test_over_fifty_metres_a_second_is_a_leap(seconds: float, speed: float) -> None:
    last = Fix(GATE, 0, NOW - timedelta(seconds=seconds))
    fix = Fix(north_of(GATE, speed * seconds), 0, NOW)
    assert is_impossible_speed(last, fix, LIMITS) == (speed > 50)
    assert is_impossible_speed(fix, last, LIMITS) == (speed > 50)


@given(one=fixes(), other=fixes())
def test_two_fixes_whose_circles_meet_are_no_leap(one: Fix, other: Fix) -> None:
    if distance_m(one.point, other.point) <= one.accuracy_m + other.accuracy_m:
        assert not is_impossible_speed(one, other, LIMITS)


def test_a_teleport_is_flagged() -> None:
    last = Fix(north_of(GATE, 2000), 10, NOW - timedelta(seconds=20))
    assert Flag.IMPOSSIBLE_SPEED in find(Fix(GATE, 10, NOW), last=last)


@given(off_s=st.integers(-7200, 7200), queued=st.booleans())
def test_a_clock_is_skewed_beyond_two_minutes(off_s: int, queued: bool) -> None:
    claimed = NOW + timedelta(seconds=off_s)
    expected = off_s > 120 or (off_s < -120 and not queued)
    assert is_clock_skewed(claimed, NOW, queued=queued, limits=LIMITS) == expected


def test_a_replaced_code_is_stale_for_fourteen_days() -> None:
    day = timedelta(days=1)
    assert code_standing(None, NOW, LIMITS) == CodeStanding.CURRENT
    assert code_standing(NOW, NOW, LIMITS) == CodeStanding.STALE
    assert code_standing(NOW - 14 * day, NOW, LIMITS) == CodeStanding.STALE
    assert code_standing(NOW - 14 * day - timedelta(seconds=1), NOW, LIMITS) == CodeStanding.EXPIRED


@given(flags=st.sets(st.sampled_from(Flag)))
def test_one_tap_confirms_those_alone_whom_a_poor_phone_explains(flags: set[Flag]) -> None:
    explained = {Flag.NO_FIX, Flag.POOR_FIX, Flag.LATE_SYNC, Flag.CLOCK_SKEW, Flag.DATUM_UNSURE}
    assert confirmed_together(flags) == (flags <= explained)
