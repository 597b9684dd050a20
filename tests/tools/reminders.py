"""Reminders of duties on a Tuesday: publishes some, lets the clock remind, and answers."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery.tables import message
from server.roster.jobs import remind_due
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.plans import MORNING_PEAK, edit, planned, published

# The test's Monday is 2026-11-23, 07:15.
THIS, TUESDAY = "2026-11-23", "2026-11-24"
# There, on the evening of Monday and on the morning of Tuesday.
EVENING = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
BEFORE = datetime(2026, 11, 23, 22, 40, tzinfo=UTC)
START = datetime(2026, 11, 23, 23, 20, tzinfo=UTC)


class Reminders:
    """Runs the clock's duty, and gives what was written meanwhile."""

    def __init__(self, store: Store, limits: Limits, clock: WoundClock) -> None:
        self.store, self.limits, self.clock = store, limits, clock

    def at(self, at: datetime) -> list[Any]:
        """Let it be a time, and give the new messages."""
        self.clock.set(at)
        before = {one.id for one in self.all()}
        rows = RowRetry("reminders")
        list(remind_due(self.store, self.limits, at, rows))
        assert not rows.failures
        return [one for one in self.all() if one.id not in before]

    def all(self) -> list[Any]:
        """Give all messages of reminders, the oldest first."""
        with self.store.read() as connection:
            query = select(message).where(message.c.purpose == "duty_reminder").order_by(message.c.id)
            return list(connection.execute(query).all())


def on_tuesday(desk: Caller, district: SmallDistrict, *people: int, peak: str = MORNING_PEAK) -> None:
    """Publish that some of the staff have a duty on Tuesday."""
    post = district.posts[0]
    seats = [
        edit(post, TUESDAY, "staff", one, number=at, peak=peak) for at, one in enumerate(people, start=1)
    ]
    assert planned(desk, *seats).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200


def says(phone: Caller, post: int, answer: str, on: str = TUESDAY, **more: Any) -> Any:
    """Answer about a duty."""
    return phone.post(
        "/api/me/duties/answers",
        {"post_id": post, "date": on, "peak": MORNING_PEAK, "answer": answer, **more},
    )
