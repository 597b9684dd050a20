"""Quiet hours lie in one day or across midnight, and end at the next time of their clock."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from server.delivery.rules.quiet import QuietHours

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT, NOON = QuietHours(), QuietHours(time(12), time(14, 30))


@pytest.mark.parametrize(
    ("hours", "at", "over"),
    [
        (NIGHT, "2026-11-30T20:59", None),
        (NIGHT, "2026-11-30T21:00", "2026-12-01T06:30"),
        (NIGHT, "2026-12-01T00:00", "2026-12-01T06:30"),
        (NIGHT, "2026-12-01T06:29", "2026-12-01T06:30"),
        (NIGHT, "2026-12-01T06:30", None),
        (NOON, "2026-12-01T12:00", "2026-12-01T14:30"),
        (NOON, "2026-12-01T14:30", None),
        (NOON, "2026-12-01T03:00", None),
        (QuietHours(time(8), time(8)), "2026-12-01T08:00", None),
    ],
)
def test_quiet_hours_end_when_their_clock_says(hours: QuietHours, at: str, over: str | None) -> None:
    ends = hours.over_at(datetime.fromisoformat(at).replace(tzinfo=ZONE))
    assert ends == (datetime.fromisoformat(over).replace(tzinfo=ZONE) if over else None)
