"""What phones say of a call that they have shown, and what a demo would have sent."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from server.core.database import event_log
from server.core.database.transaction import Store
from server.delivery import tables as delivery_tables
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import count
from tests.tools.outward import send

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def alarm(caller: SignIn, team: list[list[int]]) -> dict[str, Any]:
    """Let the duty leader of the first post raise an alarm."""
    told: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    return told


def _delivery(alarm: dict[str, Any], account_id: int, channel: str) -> dict[str, Any]:
    return next(
        one for one in alarm["deliveries"] if (one["account_id"], one["channel"]) == (account_id, channel)
    )


def test_a_receipt_marks_the_call_once_and_tells_it_once(
    caller: SignIn, team: list[list[int]], alarm: dict[str, Any], app_store: Store, clock: WoundClock
) -> None:
    who, path = team[0][1], f"/api/alarms/{alarm['id']}/receipts"
    assert _delivery(alarm, who, "socket")["state"] == "waiting"
    clock.wind(seconds=1)
    phone = caller(who)
    body = {"channel": "socket", "request_id": str(uuid4())}
    assert phone.post(path, body).json == {"delivered": 1}
    told = phone.get(f"/api/alarms/{alarm['id']}").json
    assert _delivery(told, who, "socket")["state"] == "delivered"
    assert _delivery(told, who, "socket")["at"] == "2026-11-22T23:15:01.000Z"
    assert told["version"] == alarm["version"] + 1
    with app_store.read() as connection:
        last = event_log.last(connection)
    assert phone.post(path, body).json == {"delivered": 1}, "the same request again"
    assert phone.post(path, {"channel": "socket"}).json == {"delivered": 0}, "another one is no news"
    with app_store.read() as connection:
        assert event_log.last(connection) == last
    assert count(app_store, delivery_tables.last_reached, account_id=who, channel="socket") == 1


def test_only_who_was_called_gives_a_receipt(
    caller: SignIn, team: list[list[int]], district: SmallDistrict, alarm: dict[str, Any]
) -> None:
    path = f"/api/alarms/{alarm['id']}/receipts"
    assert code(caller(team[0][0]).post(path, {"channel": "socket"})) == (403, "not_called")
    elsewhere = caller(district.guards[2][3])
    assert code(elsewhere.post(path, {"channel": "socket"})) == (404, "not_found")
    assert code(caller(team[0][1]).post("/api/alarms/999/receipts", {"channel": "push"})) == (
        404,
        "not_found",
    )
    assert code(caller(team[0][1]).post(path, {"channel": "sms"})) == (422, "bad_input")


def test_a_receipt_after_the_end_is_harmless(
    caller: SignIn, team: list[list[int]], district: SmallDistrict, alarm: dict[str, Any]
) -> None:
    caller(district.consoles["dispatcher"]).post(
        f"/api/alarms/{alarm['id']}/resolution", {"outcome": "test", "finding": "试"}
    )
    late = caller(team[0][1]).post(f"/api/alarms/{alarm['id']}/receipts", {"channel": "socket"})
    assert (late.status_code, late.json) == (200, {"delivered": 1})


def test_what_a_demo_would_have_sent_is_read_at_a_console_of_its_scope(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    alarm: dict[str, Any],
    clock: WoundClock,
) -> None:
    console, path = caller(district.consoles["dispatcher"]), f"/api/alarms/{alarm['id']}"
    console.post(f"{path}/escalation", {"tiers": [1, 2, 3]})
    send(app, clock.now())
    items = console.get(f"{path}/messages").json["items"]
    assert {one["channel"] for one in items} == {"sms"}
    assert all(one["text"].startswith("【护学】青禾第1小学") for one in items)
    assert code(caller(team[0][0]).get(f"{path}/messages")) == (403, "not_your_role")
    assert code(console.get("/api/alarms/99/messages")) == (404, "not_found")
