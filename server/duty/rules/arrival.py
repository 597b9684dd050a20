"""The arrival: is a check-in on time, and what speaks against it; and the end of a duty."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.calendar.rules import Shift, Window
from server.core.geo import Point
from server.core.refused import Refused
from server.duty.rules.trust import (
    Fix,
    Flag,
    TrustLimits,
    in_order,
    is_clock_skewed,
    is_verified,
    place_finding,
)


class Verdict(StrEnum):
    """Whether somebody came in time."""

    ON_TIME = "on_time"
    LATE = "late"


class CheckOutHow(StrEnum):
    """How a duty ended."""

    CHECK_OUT = "check_out"
    NO_CHECK_OUT = "no_check_out"
    # The account was suspended; a duty that ended so goes on if that is taken back within the shift.
    SUSPENDED = "suspended"
    # The guard closed the account himself, or registered anew.
    ACCOUNT_CLOSED = "account_closed"
    # Somebody else had checked the guard in; he stands at another post and checked in there himself.
    OWN_CHECK_IN = "own_check_in"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A check-in as it reaches the server.

    ``rostered`` is ``None`` where the post has no roster for the shift and is of the person's school, for police of
    their station. ``assisted`` says that a colleague on verified duty checks the person in, so that there is no phone
    and no fix to ask for.
    """

    claimed_at: datetime
    queued: bool
    fix: Fix | None
    approved: bool
    rostered: bool | None
    last_fix: Fix | None = None
    stale_code: bool = False
    shared_device: bool = False
    assisted: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """The judgement of a check-in; ``at`` is the moment it was judged on."""

    at: datetime
    verdict: Verdict
    minutes_late: int
    flags: tuple[Flag, ...]
    verified: bool
    distance_m: float | None


def judged_time(
    *, claimed_at: datetime, queued: bool, now: datetime, window: Window, upcoming: Shift | None = None
) -> datetime:
    """Give the moment on which a check-in is judged: now, or for a queued entry its claimed time.

    A claimed time in the future is taken as now. Raises ``Refused``: ``shift_over`` (next_opens_at) for an
    entry that waited longer than 24 h; ``upcoming`` is the post's next shift.
    """
    if not queued:
        return now
    if now - claimed_at > timedelta(hours=window.queued_max_age_h):
        raise Refused("shift_over", next_opens_at=upcoming.opens_at if upcoming else None)
    return min(claimed_at, now)


def judge_arrival(
    shift: Shift,
    attempt: Attempt,
    *,
    at: datetime,
    now: datetime,
    post: Point,
    fence_radius_m: float,
    limits: TrustLimits,
) -> Arrival:
    """Decide whether a check-in is on time, and what speaks against it.

    ``at`` comes from ``judged_time`` and ``shift`` from ``calendar.shift_for`` at that time; ``now`` is the
    server's clock. A queued entry that came within two minutes counts like any other; a later one is ``late_sync``.
    On time up to and at ``late_after``; minutes of lateness count from the start, whole ones.
    Nothing here refuses: distance, a stranger's device or a missing roster row are flags.
    """
    flags = _person_flags(attempt)
    distance_m = None
    if not attempt.assisted:
        finding = place_finding(
            attempt.fix,
            post=post,
            fence_radius_m=fence_radius_m,
            last_fix=attempt.last_fix,
            at=min(attempt.claimed_at, now) if attempt.queued else now,
            received_at=now,
            limits=limits,
        )
        distance_m = finding.distance_m
        flags |= finding.flags | _phone_flags(attempt, now, limits)
    late = at > shift.late_after
    return Arrival(
        at=at,
        verdict=Verdict.LATE if late else Verdict.ON_TIME,
        minutes_late=int((at - shift.starts_at) // timedelta(minutes=1)) if late else 0,
        flags=in_order(flags),
        verified=is_verified(flags),
        distance_m=distance_m,
    )


def require_check_out(shift: Shift, now: datetime) -> None:
    """Let a duty be ended by its guard, or raise ``Refused``: ``check_out_too_early`` (opens_at)."""
    if now < shift.check_out_opens_at:
        raise Refused("check_out_too_early", opens_at=shift.check_out_opens_at)


def duty_minutes(at: datetime, until: datetime, shift: Shift) -> int:
    """Count the whole minutes of a duty from its check-in; none past the moment at which it is closed."""
    return max(0, int((min(until, shift.closes_at) - at) // timedelta(minutes=1)))


def _person_flags(attempt: Attempt) -> set[Flag]:
    speaks_against = {Flag.NOT_APPROVED: not attempt.approved, Flag.NOT_ROSTERED: attempt.rostered is False}
    return {flag for flag, applies in speaks_against.items() if applies}


def _phone_flags(attempt: Attempt, now: datetime, limits: TrustLimits) -> set[Flag]:
    speaks_against = {
        Flag.STALE_CODE: attempt.stale_code,
        Flag.LATE_SYNC: attempt.queued and now - attempt.claimed_at > timedelta(seconds=limits.prompt_sync_s),
        Flag.SHARED_DEVICE: attempt.shared_device,
        Flag.CLOCK_SKEW: is_clock_skewed(attempt.claimed_at, now, queued=attempt.queued, limits=limits),
    }
    return {flag for flag, applies in speaks_against.items() if applies}
