"""Who is told of a changed plan: each whom it concerns, once, and nobody of what is over or off."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from server.core.database.transaction import Store
from server.delivery.tables import message, push_subscription
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1, STAFF_2
from tests.tools.plans import AFTERNOON_PEAK, edit, planned, published

SignIn = Callable[[int | None], Caller]
THIS, NEXT, TUESDAY = "2026-11-23", "2026-11-30", "2026-12-01"


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


def told(store: Store) -> list[Any]:
    """Give the messages of changed duties, the oldest first."""
    with store.read() as connection:
        query = select(message).where(message.c.purpose == "duty_change").order_by(message.c.id)
        return list(connection.execute(query).all())


def test_each_whom_a_change_concerns_gets_one_message_with_what_changes_for_him(
    desk: Caller, district: SmallDistrict, app_store: Store
) -> None:
    post, school, (one, other) = district.posts[0], district.schools[0], district.guards[0][:2]
    days = ["2026-11-30", "2026-12-01", "2026-12-02"]
    assert planned(desk, *(edit(post, on, "staff", one) for on in days)).status_code == 200
    assert published(desk, NEXT, school).json == {"given": 3, "taken": 0, "people": 1, "told": 1}
    [first] = told(app_store)
    assert (first.account_id, first.channel, first.due_at) == (one, "sms", first.created_at)
    assert json.loads(first.body) == {
        "given": [
            {"date": on, "peak": "morning_arrival", "starts": "07:20", "place": "青禾第1小学 南门"}
            for on in days[:2]
        ],
        "taken": [],
        "more": 1,
        "page": "/duties",
    }
    assert planned(desk, edit(post, TUESDAY, "staff", other, version=1)).status_code == 200
    assert published(desk, NEXT, school).json == {"given": 1, "taken": 1, "people": 2, "told": 2}
    bodies = {row.account_id: json.loads(row.body) for row in told(app_store)[1:]}
    assert {who: [len(said["given"]), len(said["taken"])] for who, said in bodies.items()} == {
        one: [0, 1],
        other: [1, 0],
    }


def test_who_changes_his_seat_alone_hears_nothing(
    desk: Caller, district: SmallDistrict, app_store: Store
) -> None:
    post, school, (one, other) = district.posts[0], district.schools[0], district.guards[0][:2]
    both = (edit(post, TUESDAY, "staff", one), edit(post, TUESDAY, "staff", other, number=2))
    assert planned(desk, *both).status_code == 200
    assert published(desk, NEXT, school).json["told"] == 2  # type: ignore[index]
    swapped = (
        edit(post, TUESDAY, "staff", other, version=1),
        edit(post, TUESDAY, "staff", one, number=2, version=1),
    )
    assert planned(desk, *swapped).status_code == 200
    assert published(desk, NEXT, school).json == {"given": 2, "taken": 2, "people": 2, "told": 0}
    assert len(told(app_store)) == 2


def test_nobody_is_told_of_a_duty_whose_day_is_off_by_now(
    desk: Caller, district: SmallDistrict, app_store: Store
) -> None:
    post, school, one = district.posts[0], district.schools[0], district.guards[0][STAFF_1]
    assert planned(desk, edit(post, TUESDAY, "staff", one)).status_code == 200
    assert published(desk, NEXT, school).status_code == 200
    off = {"school_id": school, "days": [{"date": TUESDAY, "version": 0}], "kind": "off", "reason": "运动会"}
    assert desk.post("/api/calendar/days", off).status_code == 200
    assert planned(desk, edit(post, TUESDAY, "staff", None, version=1)).status_code == 200
    assert published(desk, NEXT, school).json == {"given": 0, "taken": 1, "people": 1, "told": 0}
    assert len(told(app_store)) == 1


def test_a_message_of_the_night_waits_until_the_morning_unless_somebody_must_come_early(
    desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    post, school, (one, other) = district.posts[0], district.schools[0], district.guards[0][:2]
    # 22:15 there.
    clock.wind(minutes=15 * 60)
    assert planned(desk, edit(post, "2026-11-24", "staff", one)).status_code == 200
    assert (
        planned(desk, edit(post, "2026-11-24", "staff", other, peak=AFTERNOON_PEAK, number=2)).status_code
        == 200
    )
    assert published(desk, THIS, school).json["told"] == 2  # type: ignore[index]
    due = {row.account_id: row.due_at for row in told(app_store)}
    assert due[one] == clock.now()
    assert due[other] == datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


def test_who_has_a_browser_that_is_woken_gets_no_sms(
    desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    post, school, guards = district.posts[0], district.schools[0], district.guards[0]
    with app_store.transaction(clock.now()) as transaction:
        browser = {"account_id": guards[STAFF_2], "endpoint_hash": "a", "endpoint": "https://push.example/a"}
        keys = {"p256dh": "k", "auth": "a", "created_at": clock.now(), "failures": 0}
        transaction.connection.execute(insert(push_subscription).values(**browser, **keys))
    rows = (
        edit(post, TUESDAY, "staff", guards[STAFF_2]),
        edit(post, TUESDAY, "security", guards[SECURITY_1]),
    )
    assert planned(desk, *rows).status_code == 200
    assert published(desk, NEXT, school).json["told"] == 2  # type: ignore[index]
    assert {row.account_id: row.channel for row in told(app_store)} == {
        guards[STAFF_2]: "push",
        guards[SECURITY_1]: "sms",
    }
