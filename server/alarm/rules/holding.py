"""Holding neighbours back from the alarm of a raiser without standing, as long as somebody looks at it.

They are held back only while a console of the police has the alarm before its eyes: it has given its receipt
from a page in sight, for which it has ``receipt_s``. They are called at the latest after ``hold_s``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class HoldLimits:
    """Settings of the holding back."""

    receipt_s: int = 3
    hold_s: int = 20


def held_until(
    raised_at: datetime,
    *,
    full_standing: bool,
    console_in_sight: bool,
    anybody_counts: bool,
    limits: HoldLimits,
) -> datetime | None:
    """Give until when neighbours are held back at the latest; ``None``: they are called at once.

    ``anybody_counts``: somebody who counts is on duty at the station's posts. Without one, and without a page of a
    police console in sight that could give a receipt, nobody waits.
    """
    if full_standing or not console_in_sight or not anybody_counts or limits.hold_s <= 0:
        return None
    return raised_at + timedelta(seconds=limits.hold_s)


def next_look(until: datetime, *, now: datetime, watched: bool, limits: HoldLimits) -> datetime | None:
    """Give when to look again; ``None``: nobody looks at the alarm, or the time is up, and neighbours are called."""
    if not watched or now >= until:
        return None
    return min(until, now + timedelta(seconds=limits.receipt_s))


def first_look(until: datetime, *, raised_at: datetime, limits: HoldLimits) -> datetime:
    """Give when a receipt must have come."""
    return min(until, raised_at + timedelta(seconds=limits.receipt_s))
