"""When somebody is reminded of a duty: the evening before, and once more shortly before it starts."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

# So many duties stand in a message; the page has all.
MOST_NAMED = 2


class ReminderKind(StrEnum):
    """Which of the two reminders it is."""

    EVENING = "evening"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class ReminderLimits:
    """At what local time of the evening before, and how many minutes before the start; without: never."""

    evening: time | None = time(19, 0)
    before_minutes: int = 40


def due_at(
    kind: ReminderKind, starts_at: datetime, zone: ZoneInfo, limits: ReminderLimits
) -> datetime | None:
    """Give when a reminder of a duty is due; ``None``: there is none of its kind."""
    if kind is ReminderKind.BEFORE:
        return starts_at - timedelta(minutes=limits.before_minutes) if limits.before_minutes else None
    if limits.evening is None:
        return None
    evening = starts_at.astimezone(zone).date() - timedelta(days=1)
    return datetime.combine(evening, limits.evening, zone)


def kind_due(
    starts_at: datetime, zone: ZoneInfo, now: datetime, limits: ReminderLimits
) -> tuple[ReminderKind, datetime] | None:
    """Tell which reminder of a duty is due now, and since when; the later one stands for the earlier one too."""
    if now >= starts_at:
        return None
    for kind in (ReminderKind.BEFORE, ReminderKind.EVENING):
        since = due_at(kind, starts_at, zone, limits)
        if since is not None and since <= now:
            return kind, since
    return None
