"""What speaks against a check-in: flags, and which of them leave it unverified.

Nobody who stands at the gate is refused because a phone is poor. A flag either waits for a human's
confirmation (``UNVERIFYING``) or is there for information only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from server.core.geo import Point, distance_m, gcj02_to_wgs84


class Flag(StrEnum):
    """What speaks against a check-in, in the order in which flags are listed."""

    NO_FIX = "no_fix"
    OUTSIDE_FENCE = "outside_fence"
    IMPOSSIBLE_SPEED = "impossible_speed"
    STALE_CODE = "stale_code"
    LATE_SYNC = "late_sync"
    SHARED_DEVICE = "shared_device"
    NOT_APPROVED = "not_approved"
    NOT_ROSTERED = "not_rostered"
    POOR_FIX = "poor_fix"
    CLOCK_SKEW = "clock_skew"
    DATUM_UNSURE = "datum_unsure"


_ALL = tuple(Flag)
FOR_INFORMATION = frozenset({Flag.CLOCK_SKEW, Flag.DATUM_UNSURE})
UNVERIFYING = frozenset(Flag) - FOR_INFORMATION
# What a better fix within some minutes takes away by itself.
MENDED_BY_A_FIX = frozenset({Flag.NO_FIX, Flag.POOR_FIX})
# What a poor phone or a dead spot explains: one tap may take all of these at a post. Anything else is looked at singly.
OF_POOR_PHONES = frozenset({Flag.NO_FIX, Flag.POOR_FIX, Flag.LATE_SYNC})


# A place coarser than this names no post, and tells not who is nearest: a cell tower is kilometres off.
COARSEST_FIX_M = 500.0


@dataclass(frozen=True, slots=True)
class TrustLimits:
    """Settings of what is believed."""

    accuracy_allowance_m: float = 50.0
    poor_accuracy_m: float = 200.0
    highest_speed_m_s: float = 50.0
    clock_skew_s: int = 120
    fix_max_age_s: int = 120
    prompt_sync_s: int = 120
    better_fix_s: int = 300


@dataclass(frozen=True, slots=True)
class Fix:
    """A place as a phone's browser gave it: WGS-84 by the standard, accuracy a radius, the phone's time."""

    point: Point
    accuracy_m: float
    at: datetime


@dataclass(frozen=True, slots=True)
class PlaceFinding:
    """What a fix says of a check-in: its flags, and the distance to the post where there is a fix."""

    flags: frozenset[Flag]
    distance_m: float | None


def is_verified(flags: Iterable[Flag | str]) -> bool:
    """Tell whether a check-in with these flags counts without anybody's confirmation."""
    return UNVERIFYING.isdisjoint(Flag(flag) for flag in flags)


def confirmed_together(flags: Iterable[Flag | str]) -> bool:
    """Tell whether a check-in with these flags may be confirmed by the one tap for all who wait."""
    return {Flag(flag) for flag in flags} <= OF_POOR_PHONES | FOR_INFORMATION


def in_order(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """List flags once each, in the order of their definition."""
    found = set(flags)
    return tuple(flag for flag in _ALL if flag in found)


def usable_fix(fix: Fix | None) -> Fix | None:
    """Drop a fix at exactly 0/0, which is how broken phones say that they know nothing."""
    return None if fix is None or fix.point == Point(0.0, 0.0) else fix


# Receivers that count weeks in ten bits fall back by 1,024 weeks; some phones count the seconds of a fix from 2001
# where the standard counts them from 1970.
WRONG_EPOCHS = (
    datetime(2001, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC),
    timedelta(weeks=1024),
    timedelta(weeks=2048),
)
# Wide enough for an entry that waited in the phone for its longest.
BELIEVABLE = timedelta(hours=25)


def corrected_time(at: datetime, now: datetime) -> datetime:
    """Give a phone's time as it is, or moved by a known wrong epoch where that brings it near the server's.

    A time that no known mistake explains stays as it is: then it proves nothing.
    """
    off = now - at
    if abs(off) <= BELIEVABLE:
        return at
    for step in (sign * epoch for epoch in WRONG_EPOCHS for sign in (1, -1)):
        if abs(off - step) <= BELIEVABLE:
            return at + step
    return at


def proves_presence(fix: Fix, *, post: Point, at: datetime, limits: TrustLimits) -> bool:
    """Tell whether a fix could prove that somebody is at a post at a time; how coarse it is is another question.

    It does not when it is older than two minutes, from the future (phones' clocks may run ahead by two minutes),
    of accuracy 0, or the post's own coordinates, which everybody can read: no receiver meets them to the digit.
    """
    age_s = (at - fix.at).total_seconds()
    if not -limits.clock_skew_s <= age_s <= limits.fix_max_age_s or fix.accuracy_m <= 0:
        return False
    return _digits(fix.point) != _digits(post)


def _digits(point: Point) -> tuple[float, float]:
    """Round to what a map shows: six digits are a decimetre."""
    return round(point.latitude, 6), round(point.longitude, 6)


def place_finding(
    fix: Fix | None,
    *,
    post: Point,
    fence_radius_m: float,
    last_fix: Fix | None,
    at: datetime,
    received_at: datetime,
    limits: TrustLimits,
) -> PlaceFinding:
    """Judge a fix against a post's fence and against the last fix known of the same person.

    ``at`` is the moment of the act: the claimed time of a queued entry, else the server's; ``received_at`` is when
    it reached the server. The fix's accuracy counts in the person's favour, up to 50 m; one coarser than 200 m
    says little: while its circle reaches the fence it is *poor*, not outside. Some phones in China give GCJ-02
    where the standard says WGS-84: inside under either reading is inside, and *unsure* where only GCJ-02 is (why
    not also where only WGS-84 is: docs/decisions/0002). The distance is that of the reading that is inside,
    WGS-84 first.
    """
    fix = usable_fix(fix)
    if fix is None or not proves_presence(fix, post=post, at=at, limits=limits):
        return PlaceFinding(frozenset({Flag.NO_FIX}), None)
    poor = fix.accuracy_m > limits.poor_accuracy_m
    reach_m = fence_radius_m + (fix.accuracy_m if poor else min(fix.accuracy_m, limits.accuracy_allowance_m))
    as_wgs84_m = distance_m(fix.point, post)
    distance = as_wgs84_m
    flags = {Flag.POOR_FIX} if poor else set()
    if as_wgs84_m > reach_m:
        as_gcj02_m = distance_m(gcj02_to_wgs84(fix.point), post)
        unsure = as_gcj02_m <= reach_m
        distance = as_gcj02_m if unsure else as_wgs84_m
        flags.add(Flag.DATUM_UNSURE if unsure else Flag.OUTSIDE_FENCE)
    if last_fix is not None and is_impossible_speed(last_fix, fix, received_at, limits):
        flags.add(Flag.IMPOSSIBLE_SPEED)
    return PlaceFinding(frozenset(flags), distance)


def is_impossible_speed(earlier: Fix, later: Fix, received_at: datetime, limits: TrustLimits) -> bool:
    """Tell whether nobody gets from one fix to the other in the time between them (over 50 m/s).

    The time runs from the earlier fix to the receipt of the later one, at least a second: what a phone kept in a
    dead spot comes late, and no time that it claims makes it faster. Both accuracies are taken off the way, since
    a coarse fix jumps by itself.
    """
    way_m = distance_m(earlier.point, later.point) - earlier.accuracy_m - later.accuracy_m
    seconds = max(1.0, (received_at - earlier.at).total_seconds())
    return way_m / seconds > limits.highest_speed_m_s


def is_clock_skewed(claimed_at: datetime, now: datetime, *, queued: bool, limits: TrustLimits) -> bool:
    """Tell whether a phone's clock is off by more than two minutes.

    A queued entry is rightly old, so only a time in the future gives its clock away.
    """
    ahead_s = (claimed_at - now).total_seconds()
    return ahead_s > limits.clock_skew_s or (not queued and -ahead_s > limits.clock_skew_s)
