"""Flags: what speaks against a check-in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import cos, log, pi, radians, sin
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from server.core.geo import Point, distance_m, wgs84_to_gcj02
from server.duty.rules.trust import (
    UNVERIFYING,
    WRONG_EPOCHS,
    Fix,
    Flag,
    PlaceFinding,
    TrustLimits,
    confirmed_together,
    corrected_time,
    in_order,
    is_clock_skewed,
    is_impossible_speed,
    is_verified,
    place_finding,
    usable_fix,
)
from server.places.rules.post_codes import CodeLimits, CodeStatus, code_standing
from tests.alarm.strategies import GATE, NOW, fixes, mainland, nearby

LIMITS = TrustLimits()
# Where no GCJ-02 exists, a fix has one reading only.
ELSEWHERE = Point(48.0, 11.0)


def finding_of(
    fix: Fix | None,
    *,
    post: Point = GATE,
    last: Fix | None = None,
    radius_m: float = 150,
    received_at: datetime = NOW,
) -> PlaceFinding:
    return place_finding(
        fix,
        post=post,
        fence_radius_m=radius_m,
        last_fix=last,
        at=NOW,
        received_at=received_at,
        limits=LIMITS,
    )


def find(fix: Fix | None, *, post: Point = GATE, last: Fix | None = None) -> frozenset[Flag]:
    return finding_of(fix, post=post, last=last).flags


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
        "poor_fix",
    }


@given(way_m=st.floats(1, 1000), accuracy_m=st.floats(0.1, 200))
def test_the_fence_gives_the_benefit_of_fifty_metres_at_most(way_m: float, accuracy_m: float) -> None:
    fix = Fix(north_of(ELSEWHERE, way_m), accuracy_m, NOW)
    outside = distance_m(fix.point, ELSEWHERE) > 150 + min(accuracy_m, 50)
    assert (Flag.OUTSIDE_FENCE in find(fix, post=ELSEWHERE)) == outside


@given(way_m=st.floats(1, 5000), accuracy_m=st.floats(200.1, 5000))
def test_a_coarse_fix_whose_circle_reaches_the_fence_waits_as_poor_and_is_not_outside(
    way_m: float, accuracy_m: float
) -> None:
    fix = Fix(north_of(ELSEWHERE, way_m), accuracy_m, NOW)
    flags = find(fix, post=ELSEWHERE)
    reaches = distance_m(fix.point, ELSEWHERE) <= 150 + accuracy_m
    assert flags == ({Flag.POOR_FIX} if reaches else {Flag.POOR_FIX, Flag.OUTSIDE_FENCE})
    assert not is_verified(flags)


@given(fix=fixes(nearby), worse_m=st.floats(0, 1000))
def test_a_poorer_fix_never_puts_anybody_outside(fix: Fix, worse_m: float) -> None:
    poorer = Fix(fix.point, fix.accuracy_m + worse_m, fix.at)
    # One of accuracy 0 is no fix at all.
    if not find(fix) & {Flag.OUTSIDE_FENCE, Flag.NO_FIX}:
        assert Flag.OUTSIDE_FENCE not in find(poorer)


@given(post=mainland)
def test_at_the_gate_under_either_reading_is_inside_and_unsure(post: Point) -> None:
    for point in (post, wgs84_to_gcj02(post)):
        finding = finding_of(Fix(north_of(point, 3), 1, NOW), post=post, radius_m=20)
        assert finding.flags <= {Flag.DATUM_UNSURE}
        assert finding.distance_m is not None
        assert finding.distance_m < 5


def test_inside_under_both_readings_is_sure() -> None:
    assert finding_of(Fix(north_of(GATE, 5), 10, NOW), radius_m=5000).flags == frozenset()
    assert find(Fix(north_of(ELSEWHERE, 5), 10, NOW), post=ELSEWHERE) == frozenset()


def test_no_fix_and_the_fix_of_a_phone_that_knows_nothing() -> None:
    assert find(None) == find(Fix(Point(0.0, 0.0), 5, NOW)) == {Flag.NO_FIX}
    assert usable_fix(Fix(Point(0.0, 0.0), 5, NOW)) is None


def test_a_poor_fix_is_one_over_two_hundred_metres_and_waits() -> None:
    beside = north_of(GATE, 5)
    assert find(Fix(beside, 200, NOW)) == frozenset()
    assert find(Fix(beside, 201, NOW)) == {Flag.POOR_FIX}
    assert not is_verified({Flag.POOR_FIX})


@given(age_s=st.integers(-3 * 3600, 3 * 3600), accuracy_m=st.floats(0, 200), exact=st.booleans())
def test_what_proves_nothing_is_no_fix(age_s: int, accuracy_m: float, exact: bool) -> None:
    """Too old or too new, of accuracy 0, or what everybody can read of the post."""
    fix = Fix(GATE if exact else north_of(GATE, 5), accuracy_m, NOW - timedelta(seconds=age_s))
    proves = -120 <= age_s <= 120 and accuracy_m > 0 and not exact
    finding = finding_of(fix)
    assert (finding.flags, finding.distance_m is None) == (
        (frozenset(), False) if proves else ({Flag.NO_FIX}, True)
    )


def test_the_posts_coordinates_cut_or_written_longer_are_still_its_own() -> None:
    post = Point(31.870001234, 117.290001234)
    for point in (Point(31.870001, 117.290001), Point(31.8700012341, 117.2900012339)):
        assert find(Fix(point, 8, NOW), post=post) == {Flag.NO_FIX}


@given(
    off_s=st.integers(-86_400, 86_400),
    epoch=st.sampled_from((timedelta(0), *WRONG_EPOCHS)),
    sign=st.sampled_from((1, -1)),
)
def test_a_known_wrong_epoch_is_set_right(off_s: int, epoch: timedelta, sign: int) -> None:
    at = NOW + timedelta(seconds=off_s)
    assert corrected_time(at - sign * epoch, NOW) == at


def test_a_phone_that_counts_from_2001_or_lost_1024_weeks_is_verified_and_any_other_year_is_not() -> None:
    for year in (timedelta(days=11_323), timedelta(weeks=1024)):
        fix = Fix(north_of(GATE, 5), 8, corrected_time(NOW - timedelta(seconds=5) - year, NOW))
        assert find(fix) == frozenset()
    for wrong in (datetime(1995, 3, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)):
        assert corrected_time(wrong, NOW) == wrong
        assert find(Fix(north_of(GATE, 5), 8, wrong)) == {Flag.NO_FIX}


def test_no_honest_fix_is_unverified() -> None:
    """Drift as in real tracks: half within 15 m, 95 % within 63 m; of 193 fixes within 100 m none waits."""
    drawn = Random(193)
    drifts = sorted(lognormvariate(drawn) for _ in range(10_000))
    assert 14 <= drifts[5_000] <= 16 and 60 <= drifts[9_500] <= 66
    drawn.shuffle(drifts)
    honest = [way_m for way_m in drifts if way_m <= 100][:193]
    last = None
    unverified = 0
    for number, way_m in enumerate(honest):
        at = NOW - timedelta(seconds=drawn.uniform(0, 100))
        turned = drawn.uniform(0, 2 * pi)
        point = Point(
            GATE.latitude + way_m * cos(turned) / 111_195,
            GATE.longitude + way_m * sin(turned) / 111_195 / cos(radians(GATE.latitude)),
        )
        fix = Fix(point, max(3.0, drawn.uniform(0.3, 2) * way_m), at)
        before = last and replace(last, at=NOW - timedelta(seconds=30 + number))
        unverified += not is_verified(find(fix, last=before))
        last = fix
    assert (len(honest), unverified) == (193, 0)


def lognormvariate(drawn: Random) -> float:
    return drawn.lognormvariate(log(15), log(63 / 15) / 1.645)


@given(seconds=st.floats(2, 3600), speed=st.floats(0, 49) | st.floats(51, 300))
def test_over_fifty_metres_a_second_is_a_leap(seconds: float, speed: float) -> None:
    last = Fix(GATE, 0, NOW - timedelta(seconds=seconds))
    fix = Fix(north_of(GATE, speed * seconds), 0, NOW)
    assert is_impossible_speed(last, fix, NOW, LIMITS) == (speed > 50)


@given(one=fixes(), other=fixes())
def test_two_fixes_whose_circles_meet_are_no_leap(one: Fix, other: Fix) -> None:
    if distance_m(one.point, other.point) <= one.accuracy_m + other.accuracy_m:
        assert not is_impossible_speed(one, other, NOW, LIMITS)


def test_a_teleport_is_flagged() -> None:
    last = Fix(north_of(GATE, 2000), 10, NOW - timedelta(seconds=20))
    assert Flag.IMPOSSIBLE_SPEED in find(Fix(north_of(GATE, 5), 10, NOW), last=last)


def test_what_comes_late_out_of_a_dead_spot_is_no_leap() -> None:
    """The time runs to the receipt: neither the claimed times of a batch nor a lie about them make it slower."""
    last = Fix(north_of(GATE, 2000), 10, NOW - timedelta(seconds=90))
    close = Fix(north_of(GATE, 5), 10, last.at + timedelta(seconds=1))
    assert find(close, last=last) == frozenset()
    at_once = finding_of(close, last=last, received_at=last.at + timedelta(seconds=1))
    assert Flag.IMPOSSIBLE_SPEED in at_once.flags


@given(off_s=st.integers(-7200, 7200), queued=st.booleans())
def test_a_clock_is_skewed_beyond_two_minutes(off_s: int, queued: bool) -> None:
    claimed = NOW + timedelta(seconds=off_s)
    expected = off_s > 120 or (off_s < -120 and not queued)
    assert is_clock_skewed(claimed, NOW, queued=queued, limits=LIMITS) == expected


def test_a_replaced_code_is_stale_for_fourteen_days() -> None:
    day = timedelta(days=1)
    assert code_standing(None, NOW, CodeLimits()) == CodeStatus.CURRENT
    assert code_standing(NOW, NOW, CodeLimits()) == CodeStatus.STALE
    assert code_standing(NOW - 14 * day, NOW, CodeLimits()) == CodeStatus.STALE
    assert code_standing(NOW - 14 * day - timedelta(seconds=1), NOW, CodeLimits()) == CodeStatus.EXPIRED


@given(flags=st.sets(st.sampled_from(Flag)))
def test_one_tap_confirms_those_alone_whom_a_poor_phone_explains(flags: set[Flag]) -> None:
    explained = {Flag.NO_FIX, Flag.POOR_FIX, Flag.LATE_SYNC, Flag.CLOCK_SKEW, Flag.DATUM_UNSURE}
    assert confirmed_together(flags) == (flags <= explained)
