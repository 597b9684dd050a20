"""When an account that nobody uses gets its notice, and when it closes.

::

    used ──(months less 30 days)──► noticed ──(30 days)──► closed ──(days)──► erased
      ▲                                │                      │
      └────── a sign-in or a duty ◄────┴── registering anew ◄─┘  or the district opens it again

No clock is trusted that jumps: an account closes only where the server ran, day by day, from its notice on. After each
gap it runs for a week before it gives any notice, so that people who could not come meanwhile come first.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NOTICED_BEFORE = timedelta(days=30)
# Nobody looks for two days: the server was off, or its clock jumped.
LONGEST_GAP = timedelta(days=2)
SETTLED = timedelta(days=7)
# A use that is known to be younger is not looked at again.
LOOKED_AT_AFTER = timedelta(days=20)


@dataclass(frozen=True, slots=True)
class UnusedLimits:
    """Settings: ``months`` without use until an account closes (0: never), ``erased_after`` from then on."""

    months: int = 12
    erased_after: timedelta = timedelta(days=180)


class Verdict(StrEnum):
    """What an account that is looked at needs."""

    NOTHING = "nothing"
    NOTICE = "notice"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an account's use, and of the notice that it got."""

    used_at: datetime
    notice_at: datetime | None
    closes_at: datetime | None


def months_after(time: datetime, months: int) -> datetime:
    """Give the same day so many months later, or the last one of a shorter month."""
    year, month = divmod(time.year * 12 + time.month - 1 + months, 12)
    return time.replace(year=year, month=month + 1, day=min(time.day, monthrange(year, month + 1)[1]))


def runs_on(looked_at: datetime, now: datetime) -> bool:
    """Tell whether the server ran, and its clock with it, since it looked last."""
    return timedelta() <= now - looked_at <= LONGEST_GAP


def noticed(one: Standing, *, since: datetime, now: datetime) -> bool:
    """Tell whether the notice of an account holds: the server ran without a gap, ``since`` then or before."""
    return one.notice_at is not None and since <= one.notice_at <= now


def closing_at(one: Standing, limits: UnusedLimits, now: datetime) -> datetime:
    """Give the day of closing for a notice that is given now: never before its days are over."""
    return max(months_after(one.used_at, limits.months), now + NOTICED_BEFORE)


def notice_falls(one: Standing, limits: UnusedLimits, *, since: datetime, now: datetime) -> bool:
    """Tell whether a notice holds no more: the server was off since, or the setting leaves more time."""
    if one.notice_at is None:
        return False
    return not _is_due(one, limits, now) or not noticed(one, since=since, now=now)


def _is_due(one: Standing, limits: UnusedLimits, now: datetime) -> bool:
    return bool(limits.months) and now >= months_after(one.used_at, limits.months) - NOTICED_BEFORE


def judge(one: Standing, limits: UnusedLimits, *, since: datetime, now: datetime) -> Verdict:
    """Judge an account that is open; ``since`` is when the server began to run without a gap."""
    if not _is_due(one, limits, now):
        return Verdict.NOTHING
    if not noticed(one, since=since, now=now):
        return Verdict.NOTICE if now - since >= SETTLED else Verdict.NOTHING
    over = one.closes_at is not None and now >= max(one.closes_at, months_after(one.used_at, limits.months))
    return Verdict.CLOSE if over else Verdict.NOTHING
