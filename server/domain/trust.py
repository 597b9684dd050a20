"""What speaks against a check-in: flags, and which of them leave it unverified.

Nobody who stands at the gate is refused because a phone is poor. A flag either waits for a human's
confirmation (``UNVERIFYING``) or is there for information only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.domain.geo import Point, distance_m, gcj02_to_wgs84


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


FOR_INFORMATION = frozenset({Flag.POOR_FIX, Flag.CLOCK_SKEW, Flag.DATUM_UNSURE})
UNVERIFYING = frozenset(Flag) - FOR_INFORMATION
# What a poor phone or a dead spot explains: one tap may take all of these at a post. Anything else is looked at singly.
OF_POOR_PHONES = frozenset({Flag.NO_FIX, Flag.POOR_FIX, Flag.LATE_SYNC})


class CodeStanding(StrEnum):
    """Whether a printed code still names its post."""

    CURRENT = "current"
    STALE = "stale"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class TrustLimits:
    """Settings of what is believed."""

    accuracy_allowance_m: float = 50.0
    poor_accuracy_m: float = 100.0
    highest_speed_m_s: float = 50.0
    clock_skew_s: int = 120
    stale_code_days: int = 14


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
    return tuple(flag for flag in Flag if flag in found)


def code_standing(replaced_at: datetime | None, now: datetime, limits: TrustLimits) -> CodeStanding:
    """Tell whether a printed code is current, or was replaced lately enough to be accepted as stale."""
    if replaced_at is None or now < replaced_at:
        return CodeStanding.CURRENT
    fresh_enough = now - replaced_at <= timedelta(days=limits.stale_code_days)
    return CodeStanding.STALE if fresh_enough else CodeStanding.EXPIRED


def usable_fix(fix: Fix | None) -> Fix | None:
    """Drop a fix at exactly 0/0, which is how broken phones say that they know nothing."""
    return None if fix is None or fix.point == Point(0.0, 0.0) else fix


def place_finding(
    fix: Fix | None, *, post: Point, fence_radius_m: float, last_fix: Fix | None, limits: TrustLimits
) -> PlaceFinding:
    """Judge a fix against a post's fence and against the last fix known of the same person.

    The fix's accuracy counts in the person's favour, up to 50 m. Some phones in China give GCJ-02 where the
    standard says WGS-84: inside under either reading is inside, and *unsure* where only GCJ-02 is (why not
    also where only WGS-84 is: docs/decisions/0002). The distance is that of the reading that is inside,
    WGS-84 first.
    """
    fix = usable_fix(fix)
    if fix is None:
        return PlaceFinding(frozenset({Flag.NO_FIX}), None)
    reach_m = fence_radius_m + min(fix.accuracy_m, limits.accuracy_allowance_m)
    as_wgs84_m = distance_m(fix.point, post)
    as_gcj02_m = distance_m(gcj02_to_wgs84(fix.point), post)
    inside = as_wgs84_m <= reach_m, as_gcj02_m <= reach_m
    flags: set[Flag] = set()
    if not any(inside):
        flags.add(Flag.OUTSIDE_FENCE)
    elif not inside[0]:
        flags.add(Flag.DATUM_UNSURE)
    if fix.accuracy_m > limits.poor_accuracy_m:
        flags.add(Flag.POOR_FIX)
    if last_fix is not None and is_impossible_speed(last_fix, fix, limits):
        flags.add(Flag.IMPOSSIBLE_SPEED)
    distance = as_gcj02_m if inside == (False, True) else as_wgs84_m
    return PlaceFinding(frozenset(flags), distance)


def is_impossible_speed(earlier: Fix, later: Fix, limits: TrustLimits) -> bool:
    """Tell whether nobody gets from one fix to the other in the time between them (over 50 m/s).

    Both accuracies are taken off the way, since a coarse fix jumps by itself; the time is at least a second.
    """
    way_m = distance_m(earlier.point, later.point) - earlier.accuracy_m - later.accuracy_m
    seconds = max(1.0, abs((later.at - earlier.at).total_seconds()))
    return way_m / seconds > limits.highest_speed_m_s


def is_clock_skewed(claimed_at: datetime, now: datetime, *, queued: bool, limits: TrustLimits) -> bool:
    """Tell whether a phone's clock is off by more than two minutes.

    A queued entry is rightly old, so only a time in the future gives its clock away.
    """
    ahead_s = (claimed_at - now).total_seconds()
    return ahead_s > limits.clock_skew_s or (not queued and -ahead_s > limits.clock_skew_s)
