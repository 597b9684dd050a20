"""Who was to come is who was published for the peak; the post's list only where nothing was."""

from datetime import date

import pytest
from sqlalchemy import insert

from server.calendar.tables import published_duty
from server.core.database.transaction import Store
from server.places.rules.composition import Composition
from tests.attendance.test_closing import MONDAY, Attendance
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1


@pytest.fixture
def kept(app_store: Store, district: SmallDistrict, clock: WoundClock) -> Attendance:
    """Give the district with its clock, which has begun to look at its posts."""
    made = Attendance(app_store, district, clock)
    made.look(7, 15)
    return made


def publish(kept: Attendance, *people: tuple[int, str], on: date = MONDAY) -> None:
    """Publish a plan of the first post's morning: people by their places, each in a seat of a group."""
    rows = [
        {
            "post_id": kept.district.posts[0],
            "date": on,
            "peak": "morning_arrival",
            "seat_group": group,
            "seat": number,
            "account_id": kept.district.guards[0][seat],
            "published_at": kept.clock.now(),
        }
        for number, (seat, group) in enumerate(people, 1)
    ]
    with kept.store.transaction(kept.clock.now()) as transaction:
        transaction.connection.execute(insert(published_duty), rows)


def test_a_published_plan_says_who_was_to_come_and_not_the_list(kept: Attendance) -> None:
    publish(kept, (STAFF_1, "staff"), (SECURITY_1, "security"))
    kept.came(STAFF_1, kept.at(7, 15))
    kept.look(8, 30)
    [row] = kept.rows()
    assert row.outcome.planned == Composition(staff=1, security=1)
    assert row.outcome.absent == Composition(security=1)
    assert kept.month(SECURITY_1) == (0, 0, 0, 0, 1)


def test_a_published_plan_of_a_day_long_ago_is_still_the_plan_of_that_day(kept: Attendance) -> None:
    publish(kept, (STAFF_1, "staff"))
    kept.look(9, 0, days=7)
    plans = {row.date: row.outcome.planned for row in kept.rows() if row.peak == "morning_arrival"}
    assert plans[MONDAY] == Composition(staff=1)
