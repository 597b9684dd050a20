"""What waits of duties and no longer holds is not sent: who cannot come, a withdrawn duty, a search that has ended."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery.channels.registry import Channels
from server.delivery.tables import message
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.outward import send_all
from tests.tools.plans import AFTERNOON_PEAK, MORNING_PEAK, edit, planned, published
from tests.tools.reminders import EVENING, THIS, TUESDAY, Reminders, on_tuesday, says

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def limits(app: Flask) -> Limits:
    found: Limits = app.extensions["huxue"].limits
    return found


@pytest.fixture
def reminders(app_store: Store, limits: Limits, clock: WoundClock) -> Reminders:
    return Reminders(app_store, limits, clock)


def test_a_reminder_that_waits_is_not_sent_to_who_says_that_he_cannot_come(
    desk: Caller, caller: SignIn, district: SmallDistrict, reminders: Reminders, channels: Channels
) -> None:
    one, other = district.guards[0][:2]
    on_tuesday(desk, district, one, other)
    assert len(reminders.at(EVENING)) == 2
    assert says(caller(one), district.posts[0], "cannot").status_code == 200
    send_all(reminders.store, channels, EVENING)
    found = {row.account_id: (row.state, row.reason) for row in reminders.all()}
    assert found == {one: ("failed", "duty_over"), other: ("sent", None)}


def test_of_a_reminder_of_two_duties_what_still_holds_is_said_anew(
    desk: Caller, district: SmallDistrict, reminders: Reminders, channels: Channels, clock: WoundClock
) -> None:
    one, post = district.guards[0][0], district.posts[0]
    on_tuesday(desk, district, one)
    on_tuesday(desk, district, one, peak=AFTERNOON_PEAK)
    assert len(reminders.at(EVENING)) == 1
    assert planned(desk, edit(post, TUESDAY, "staff", None, version=1)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    send_all(reminders.store, channels, EVENING)
    [gone] = reminders.all()
    assert (gone.state, gone.reason) == ("failed", "duty_over")
    [anew] = reminders.at(EVENING + timedelta(seconds=30))
    assert [duty["peak"] for duty in json.loads(anew.body)["duties"]] == [AFTERNOON_PEAK]
    send_all(reminders.store, channels, clock.now())
    assert reminders.all()[-1].state == "sent"
    assert reminders.at(EVENING + timedelta(minutes=1)) == []


def test_nobody_is_asked_to_stand_in_once_the_search_has_ended(
    desk: Caller, caller: SignIn, district: SmallDistrict, reminders: Reminders, channels: Channels
) -> None:
    on_tuesday(desk, district, district.guards[0][0])
    phone = caller(district.guards[0][0])
    wanted = {"post_id": district.posts[0], "date": TUESDAY, "peak": MORNING_PEAK}
    search = phone.post("/api/me/stand-ins", wanted).json["id"]
    assert phone.post(f"/api/me/stand-ins/{search}/withdrawal", {}).status_code == 200
    send_all(reminders.store, channels, reminders.clock.now())
    with reminders.store.read() as connection:
        of_offers = select(message.c.state, message.c.reason).where(message.c.purpose == "stand_in_offer")
        found = [tuple(row) for row in connection.execute(of_offers)]
    assert found
    assert set(found) == {("failed", "duty_over")}
