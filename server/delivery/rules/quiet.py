"""Hours in which no message leaves that can wait; calls to alarms know none."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta


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
