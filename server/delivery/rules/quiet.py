"""Hours in which no message leaves that can wait; calls to alarms know none."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

# Who must come so soon after the quiet hours is told in them.
SOON = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when on a local clock nobody is written to; both the same: never quiet."""

    first: time = time(21, 0)
    last: time = time(6, 30)

    def over_at(self, local: datetime) -> datetime | None:
        """Give when the quiet hours that a local time lies in are over; ``None`` outside of them."""
        clock = local.timetz().replace(tzinfo=None)
        across = self.first > self.last
        inside = (clock >= self.first or clock < self.last) if across else self.first <= clock < self.last
        if not inside:
            return None
        ends = local.replace(hour=self.last.hour, minute=self.last.minute, second=0, microsecond=0)
        return ends if ends > local else ends + timedelta(days=1)


def waits_until(quiet: QuietHours, local: datetime, first_starts_at: datetime) -> datetime | None:
    """Give until when a message about duties waits for the end of quiet hours; ``None``: it goes now."""
    over = quiet.over_at(local)
    return over if over is not None and first_starts_at - over >= SOON else None


def held_until(
    quiet: QuietHours, local: datetime, written: datetime, useful_until: datetime
) -> datetime | None:
    """Give until when a message that has waited is held, since quiet hours have begun meanwhile.

    ``local`` and ``written`` are local times. One that was written in the same quiet hours was let through then.
    """
    over = quiet.over_at(local)
    if over is None or quiet.over_at(written) == over:
        return None
    return waits_until(quiet, local, useful_until)
