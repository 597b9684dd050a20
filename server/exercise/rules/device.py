"""Gate devices: what a signal was good for, and how a test went by device and by post.

A device *passes* a test when a signal of it, marked as a test, was accepted within the window. It *fails* when it
signalled but in vain: with a key that was revoked or replaced, naming another post, or only before the window or
after it (between the announcement and a day past the end). Otherwise it was *not tested*.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.core.refused import Refused

# A device that is tried on the day after was tried for this test, but not in time.
STILL_MEANT = timedelta(days=1)
LONGEST_WINDOW = timedelta(days=31)


class SignalKind(StrEnum):
    """What a signal was taken for."""

    ALARM = "alarm"
    TEST = "test"
    # Refused: the key was revoked or replaced by another, or the body named another post.
    OLD_KEY = "old_key"
    OTHER_POST = "other_post"


class Result(StrEnum):
    """How a device or a post came through a test."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TESTED = "not_tested"


@dataclass(frozen=True, slots=True)
class Window:
    """When a test runs, and when it was announced: ``[starts_at, ends_at]``."""

    announced_at: datetime
    starts_at: datetime
    ends_at: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether a time lies within the window."""
        return self.starts_at <= at <= self.ends_at


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal of a device, as far as a test asks."""

    kind: SignalKind
    at: datetime


def check_window(*, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Let a window be planned, or raise ``Refused("bad_window")``: backwards, past, or longer than 31 days."""
    if not starts_at < ends_at or ends_at <= now or ends_at - starts_at > LONGEST_WINDOW:
        raise Refused("bad_window")


def judge_device(signals: Iterable[Signal], window: Window) -> Result:
    """Tell how one device came through a test; an alarm that was meant is none of its signals."""
    meant = [
        one
        for one in signals
        if one.kind is not SignalKind.ALARM and window.announced_at <= one.at <= window.ends_at + STILL_MEANT
    ]
    if any(one.kind is SignalKind.TEST and window.holds(one.at) for one in meant):
        return Result.PASSED
    return Result.FAILED if meant else Result.NOT_TESTED


def has_passed(signals: Iterable[Signal], windows: Iterable[Window], *, since: datetime) -> bool:
    """Tell whether a device has passed any of some tests by a signal heard ``since`` then."""
    heard = [one for one in signals if one.at >= since]
    return any(judge_device(heard, window) is Result.PASSED for window in windows)


def quarter_of(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the quarter of a year that a moment lies in by a zone's clock, in UTC: ``[begins, ends)``.

    Source: docs/sources.md, devices are tested every quarter.
    """
    local = at.astimezone(zone)
    month = local.month - (local.month - 1) % 3
    begins = datetime(local.year, month, 1, tzinfo=zone)
    ends = begins.replace(year=local.year + (month == 10), month=(month + 2) % 12 + 1)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def judge_post(devices: Iterable[Result]) -> Result | None:
    """Tell how a post came through: the worst of its devices, a failure before silence; ``None`` without any."""
    results = set(devices)
    for worst in (Result.FAILED, Result.NOT_TESTED, Result.PASSED):
        if worst in results:
            return worst
    return None
