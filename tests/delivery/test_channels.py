"""A marked test by every way that reaches somebody."""

from collections.abc import Callable

import pytest
from flask import Flask

from server.core.audit import audit_row
from server.core.database import event_log, event_rooms
from server.core.database.transaction import Store
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import count, open_pages
from tests.tools.outward import send, subscription

SignIn = Callable[[int | None], Caller]
pytestmark = pytest.mark.usefixtures("resolved")
ROOM = "https://open.feishu.cn/open-apis/bot/v2/hook/12345678-abcd"


def test_a_test_goes_by_every_way_that_reaches_me_and_shows_each_result(
    app: Flask, caller: SignIn, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    guard = caller(team[0][0])
    guard.post("/api/push-subscriptions", subscription())
    begun = guard.post("/api/channels/tests").json
    assert [(one["channel"], one["state"]) for one in begun["items"]] == [
        ("socket", "waiting"),
        ("push", "waiting"),
        ("sms", "waiting"),
    ]
    path = f"/api/channels/tests/{begun['test_id']}"
    send(app, clock.now())
    assert [one["state"] for one in guard.get(path).json["items"]] == ["waiting", "sent", "sent"]
    assert guard.post(f"{path}/receipts", {"channel": "socket"}).json == {"delivered": 1}
    assert guard.post(f"{path}/receipts", {"channel": "socket"}).json == {"delivered": 0}
    clock.wind(seconds=11)
    send(app, clock.now())
    assert [one["state"] for one in guard.get(path).json["items"]] == ["delivered", "sent", "sent"]
    assert code(caller(team[0][1]).get(path)) == (404, "not_found"), "nobody sees another's"
    assert count(app_store, audit_row, act="test_channels") == 1


def test_a_page_that_does_not_say_so_has_not_shown_it(
    app: Flask, caller: SignIn, team: list[list[int]], clock: WoundClock
) -> None:
    guard = caller(team[0][0])
    begun = guard.post("/api/channels/tests").json
    clock.wind(seconds=11)
    send(app, clock.now())
    states = guard.get(f"/api/channels/tests/{begun['test_id']}").json["items"]
    assert (states[0]["state"], states[0]["reason"]) == ("failed", "not_shown")


def test_a_console_hears_of_its_test_in_the_one_room_it_listens_to(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    admin = district.consoles["district_admin"]
    assert code(caller(admin).post("/api/channels/tests")) == (409, "no_channel")
    open_pages(app_store, [admin], clock.now())
    with app_store.read() as connection:
        before = event_rooms.last_in_room(connection, f"district:{district.district_id}")
    begun = caller(admin).post("/api/channels/tests").json
    with app_store.read() as connection:
        epoch = event_log.history(connection, f"district:{district.district_id}")
    news = caller(admin).get("/api/events", after=before, epoch=epoch).json["events"]
    assert [(one["name"], one["data"]["test_id"]) for one in news] == [
        ("channel_test.sent", begun["test_id"])
    ]


def test_a_webhook_is_tested_by_the_district_admin_alone(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    admin = caller(district.consoles["district_admin"])
    number = admin.post("/api/hooks", {"format": "wecom", "name": "群", "url": ROOM}).json["id"]
    begun = admin.post("/api/channels/tests", {"hook_id": number}).json
    send(app, clock.now())
    (result,) = admin.get(f"/api/channels/tests/{begun['test_id']}").json["items"]
    assert (result["channel"], result["state"]) == ("chat", "sent")
    officer = caller(district.consoles["station_officer"])
    assert code(officer.post("/api/channels/tests", {"hook_id": number})) == (403, "not_your_role")
    assert code(admin.post("/api/channels/tests", {"hook_id": 99})) == (404, "not_found")
    states = {one["channel"]: one for one in admin.get("/api/channels").json["items"]}
    assert list(states) == ["socket", "push", "sms", "chat", "webhook"]
    assert states["chat"]["last_ok_at"] is not None
    assert states["webhook"]["last_ok_at"] is None


def test_tests_are_limited_since_each_costs_somebody_something(caller: SignIn, team: list[list[int]]) -> None:
    guard = caller(team[0][0])
    answers = [guard.post("/api/channels/tests").status_code for _ in range(11)]
    assert answers == [201] * 10 + [429]
