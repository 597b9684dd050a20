"""Receipts, push subscriptions, webhooks, channel tests and readiness through the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select

from server.channels.registry import channels_of
from server.jobs.messages import send_due
from server.store import audit, event_log, last_reached, push_subscriptions
from server.store.audit import audit_row
from server.store.hooks import hook
from server.store.push_subscriptions import push_subscription
from server.store.rosters import roster
from server.store.transaction import Store
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import close_pages, count, open_pages, put_on_duty, suspend
from tests.tools.outward import AUTH, SECRET

SignIn = Callable[[int | None], Caller]
KEY = "B" + "A" * 86
APPLE = "https://web.push.apple.com/QExampleOfAnEndpoint"
ROOM = "https://open.feishu.cn/open-apis/bot/v2/hook/12345678-abcd"


@pytest.fixture(autouse=True)
def resolved(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let every name resolve to a public address, save those that a test says otherwise of."""
    addresses: dict[str, str] = {}

    def resolve(host: str, port: int, **_named: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (addresses.get(host, "93.184.215.14"), port))]

    monkeypatch.setattr("server.channels.outside.socket.getaddrinfo", resolve)
    return addresses


@pytest.fixture
def alarm(caller: SignIn, team: list[list[int]]) -> dict[str, Any]:
    """Let the duty leader of the first post raise an alarm."""
    told: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    return told


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def _subscription(**more: Any) -> dict[str, Any]:
    return {"endpoint": APPLE, "p256dh": KEY, "auth": AUTH, **more}


def _delivery(alarm: dict[str, Any], account_id: int, channel: str) -> dict[str, Any]:
    return next(
        one for one in alarm["deliveries"] if (one["account_id"], one["channel"]) == (account_id, channel)
    )


# Receipts


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
    assert count(app_store, last_reached.last_reached, account_id=who, channel="socket") == 1


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
    _send(app, clock)
    items = console.get(f"{path}/messages").json["items"]
    assert {one["channel"] for one in items} == {"sms"}
    assert all(one["text"].startswith("【护学】青禾第1小学") for one in items)
    assert code(caller(team[0][0]).get(f"{path}/messages")) == (403, "not_your_role")
    assert code(console.get("/api/alarms/99/messages")) == (404, "not_found")


# Push subscriptions


def test_a_browser_is_kept_once_and_belongs_to_who_signed_in_last(
    caller: SignIn, team: list[list[int]], app_store: Store
) -> None:
    first, second = caller(team[0][0]), caller(team[0][1])
    made = first.post("/api/push-subscriptions", _subscription())
    assert made.status_code == 201
    assert second.post("/api/push-subscriptions", _subscription()).json == made.json
    assert count(app_store, push_subscription, account_id=team[0][1]) == 1
    assert count(app_store, push_subscription) == 1


def test_a_subscription_is_removed_by_its_owner_alone(
    caller: SignIn, team: list[list[int]], app_store: Store
) -> None:
    owner, other = caller(team[0][0]), caller(team[0][1])
    owner.post("/api/push-subscriptions", _subscription())

    def leave(who: Caller) -> int:
        return who.client.delete(
            "/api/push-subscriptions",
            json={"request_id": str(uuid4()), "endpoint": APPLE},
            headers={"X-CSRF-Token": who.csrf_token},
        ).status_code

    assert (leave(other), count(app_store, push_subscription)) == (204, 1)
    assert (leave(owner), count(app_store, push_subscription)) == (204, 0)
    assert leave(owner) == 204


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ("https://127.0.0.1/push", "host_not_allowed"),
        ("https://[::1]/push", "host_not_allowed"),
        ("https://169.254.169.254/latest/meta-data", "host_not_allowed"),
        ("https://evil.example/push", "host_not_allowed"),
        ("https://push.apple.com.evil.example/push", "host_not_allowed"),
        ("https://evilpush.apple.com/push", "host_not_allowed"),
        ("https://user@web.push.apple.com/push", "host_not_allowed"),
        ("https://web.push.apple.com:99999/push", "host_not_allowed"),
        ("http://web.push.apple.com/push", "not_https"),
        ("https://inside.push.apple.com/push", "private_address"),
    ],
)
def test_an_endpoint_inside_or_elsewhere_is_refused_and_recorded(
    caller: SignIn,
    team: list[list[int]],
    app_store: Store,
    resolved: dict[str, str],
    endpoint: str,
    reason: str,
) -> None:
    resolved["inside.push.apple.com"] = "10.0.0.7"
    answer = caller(team[0][0]).post("/api/push-subscriptions", _subscription(endpoint=endpoint))
    assert code(answer) == (422, "push_refused")
    assert answer.json["facts"] == {"reason": reason}
    assert count(app_store, push_subscription) == 0
    assert count(app_store, audit_row, act="push_refused", actor_id=team[0][0]) == 1


def test_malformed_keys_are_bad_input(caller: SignIn, team: list[list[int]]) -> None:
    guard = caller(team[0][0])
    for wrong in ({"p256dh": "short"}, {"auth": "x" * 23}, {"endpoint": ""}, {"endpoint": "x" * 1001}):
        assert code(guard.post("/api/push-subscriptions", _subscription(**wrong))) == (422, "bad_input")


def test_an_account_keeps_its_five_newest_browsers(
    caller: SignIn, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    guard = caller(team[0][0])
    for number in range(7):
        guard.post("/api/push-subscriptions", _subscription(endpoint=f"{APPLE}/{number}"))
        clock.wind(seconds=1)
    with app_store.read() as connection:
        kept = {row.endpoint[-1] for row in connection.execute(select(push_subscription))}
    assert kept == set("23456")
    assert push_subscriptions.MOST == 5


# Webhooks


def test_a_webhook_goes_in_and_its_secrets_never_come_out(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    admin = caller(district.consoles["district_admin"])
    body = {"format": "feishu", "name": "指挥群", "url": ROOM, "secret": SECRET}
    made = admin.post("/api/hooks", body)
    assert made.status_code == 201
    assert (made.json["channel"], made.json["host"], made.json["url_end"]) == (
        "chat",
        "open.feishu.cn",
        "abcd",
    )
    listed = admin.get("/api/hooks")
    assert listed.json == {"items": [made.json], "next": None}
    for answer in (made, listed):
        assert "12345678" not in answer.text
        assert SECRET not in answer.text
    changed = admin.client.patch(
        f"/api/hooks/{made.json['id']}",
        json={"request_id": str(uuid4()), "enabled": False, "station_id": district.stations[0]},
        headers={"X-CSRF-Token": admin.csrf_token},
    )
    assert (changed.json["enabled"], changed.json["has_secret"]) == (False, True)
    with app_store.read() as connection:
        row = connection.execute(select(hook)).mappings().one()
        facts = list(connection.execute(select(audit_row.c.facts)).scalars())
    assert (row["url"], row["secret"], row["station_id"]) == (ROOM, SECRET, district.stations[0])
    assert SECRET not in str(facts)
    assert "12345678" not in str(facts)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"url": "https://127.0.0.1/x"}, "host_not_allowed"),
        ({"url": "https://evil.example/x"}, "host_not_allowed"),
        ({"url": "http://open.feishu.cn/x"}, "not_https"),
        ({"url": "https://oapi.dingtalk.com/x"}, "private_address"),
        ({"format": "plain", "secret": "short"}, "secret_too_short"),
        ({"format": "plain", "secret": None}, "secret_too_short"),
    ],
)
def test_a_webhook_that_must_not_be_called_is_refused_and_recorded(
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    resolved: dict[str, str],
    change: dict[str, Any],
    reason: str,
) -> None:
    resolved["oapi.dingtalk.com"] = "::ffff:127.0.0.1"
    admin = caller(district.consoles["district_admin"])
    answer = admin.post("/api/hooks", {"format": "wecom", "name": "群", "url": ROOM, **change})
    assert code(answer) == (422, "hook_refused")
    assert answer.json["facts"] == {"reason": reason}
    assert count(app_store, hook) == 0
    assert count(app_store, audit_row, act="hook_refused") == 1


def test_webhooks_are_the_district_admins_alone(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    admin = caller(district.consoles["district_admin"])
    elsewhere = admin.post("/api/hooks", {"format": "wecom", "name": "群", "url": ROOM, "station_id": 99})
    assert code(elsewhere) == (404, "not_found")
    for role in ("dispatcher", "station_officer", "school_admin", "auditor"):
        assert code(caller(district.consoles[role]).get("/api/hooks")) == (403, "not_your_role")
    gone = admin.client.patch(
        "/api/hooks/77", json={"request_id": str(uuid4())}, headers={"X-CSRF-Token": admin.csrf_token}
    )
    assert code(gone) == (404, "not_found")


# Tests of channels


def _send(app: Flask, clock: WoundClock) -> None:
    here = app.extensions["huxue"]
    for task in send_due(here.store, channels_of(here.settings, here.store), clock.now()):
        task.join(60)


def test_a_test_goes_by_every_way_that_reaches_me_and_shows_each_result(
    app: Flask, caller: SignIn, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    guard = caller(team[0][0])
    guard.post("/api/push-subscriptions", _subscription())
    begun = guard.post("/api/channels/tests").json
    assert [(one["channel"], one["state"]) for one in begun["items"]] == [
        ("socket", "waiting"),
        ("push", "waiting"),
        ("sms", "waiting"),
    ]
    path = f"/api/channels/tests/{begun['test_id']}"
    _send(app, clock)
    assert [one["state"] for one in guard.get(path).json["items"]] == ["waiting", "sent", "sent"]
    assert guard.post(f"{path}/receipts", {"channel": "socket"}).json == {"delivered": 1}
    assert guard.post(f"{path}/receipts", {"channel": "socket"}).json == {"delivered": 0}
    clock.wind(seconds=11)
    _send(app, clock)
    assert [one["state"] for one in guard.get(path).json["items"]] == ["delivered", "sent", "sent"]
    assert code(caller(team[0][1]).get(path)) == (404, "not_found"), "nobody sees another's"
    assert count(app_store, audit_row, act="test_channels") == 1


def test_a_page_that_does_not_say_so_has_not_shown_it(
    app: Flask, caller: SignIn, team: list[list[int]], clock: WoundClock
) -> None:
    guard = caller(team[0][0])
    begun = guard.post("/api/channels/tests").json
    clock.wind(seconds=11)
    _send(app, clock)
    states = guard.get(f"/api/channels/tests/{begun['test_id']}").json["items"]
    assert (states[0]["state"], states[0]["reason"]) == ("failed", "not_shown")


def test_a_console_hears_of_its_test_in_the_one_room_it_listens_to(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    admin = district.consoles["district_admin"]
    assert code(caller(admin).post("/api/channels/tests")) == (409, "no_channel")
    open_pages(app_store, [admin], clock.now())
    begun = caller(admin).post("/api/channels/tests").json
    with app_store.read() as connection:
        last = event_log.last_in_room(connection, f"district:{district.district_id}")
        epoch = event_log.history(connection, f"district:{district.district_id}")
    news = caller(admin).get("/api/events", after=last - 1, epoch=epoch).json["events"]
    assert [(one["name"], one["data"]["test_id"]) for one in news] == [
        ("channel_test.sent", begun["test_id"])
    ]


def test_a_webhook_is_tested_by_the_district_admin_alone(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    admin = caller(district.consoles["district_admin"])
    number = admin.post("/api/hooks", {"format": "wecom", "name": "群", "url": ROOM}).json["id"]
    begun = admin.post("/api/channels/tests", {"hook_id": number}).json
    _send(app, clock)
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


# Readiness


def _look(who: Caller, lack: str, **more: Any) -> tuple[dict[str, list[int]], list[str], Any]:
    told = who.get("/api/readiness", lack=lack, **more).json
    counts = {one["lack"]: [one["missing"], one["of"]] for one in told["counts"]}
    return counts, [one["name"] for one in told["items"]], told["next"]


def test_readiness_before_a_peak_is_about_those_who_will_stand_there(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    # Nobody has checked in yet: 21 are on the roster of the morning.
    clock.wind(minutes=-20)
    dispatcher = caller(district.consoles["dispatcher"])
    assert _look(dispatcher, "guards")[0]["guards"] == [21, 21]
    reached, gone, here = district.guards[0][0], district.guards[0][1], district.guards[0][2]
    with app_store.transaction(clock.now()) as transaction:
        last_reached.note(transaction.connection, reached, "sms", clock.now() - timedelta(days=29))
        last_reached.note(transaction.connection, here, "sms", clock.now() - timedelta(days=31))
    suspend(app_store, gone, clock.now())
    counts, names, _next = _look(dispatcher, "guards", limit=2)
    assert (counts["guards"], names) == ([19, 20], ["测试13", "测试14"])
    item = dispatcher.get("/api/readiness", lack="guards").json["items"][0]
    assert (item["peak"], item["starts_at"]) == ("morning_arrival", "2026-11-22T23:20:00.000Z")
    assert (item["place"], item["last_at"][:10]) == ("青禾第1小学 南门", "2026-10-22")

    # Who has come is on duty, whichever post he stands at; once the peak runs, who has not come is no one to call.
    put_on_duty(app_store, district, post=0, seats=[2], now=clock.now())
    close_pages(app_store, [here], clock.now())
    assert _look(dispatcher, "guards")[0]["guards"] == [19, 20]
    on_duty = dispatcher.get("/api/readiness", lack="guards").json["items"][0]
    assert (on_duty["account_id"], on_duty["peak"], on_duty["starts_at"]) == (here, None, None)
    clock.wind(minutes=26)
    assert _look(dispatcher, "guards")[0]["guards"] == [1, 1]


def test_readiness_names_who_is_out_of_reach_and_what_is_not_there(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    app_store: Store,
    clock: WoundClock,
) -> None:
    clock.wind(minutes=6)
    dispatcher = caller(district.consoles["dispatcher"])
    counts, names, _next = _look(dispatcher, "guards")
    assert counts == {"guards": [0, 15], "posts": [0, 3], "stations": [2, 2]}
    assert names == []

    close_pages(app_store, [team[0][0], team[0][1], team[1][0]], clock.now())
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        last_reached.note(connection, team[0][1], "sms", clock.now() - timedelta(days=29))
        last_reached.note(connection, team[1][0], "sms", clock.now() - timedelta(days=31))
        connection.execute(delete(roster).where(roster.c.post_id == district.posts[2]))
    open_pages(app_store, [district.consoles["station_officer"]], clock.now())
    counts, names, _next = _look(dispatcher, "guards")
    assert counts == {"guards": [2, 15], "posts": [1, 3], "stations": [1, 2]}
    assert names == ["测试11", "测试21"]
    assert _look(dispatcher, "posts")[1] == ["青禾第3小学 南门"]
    assert _look(dispatcher, "stations")[1] == ["第2派出所"]
    first = _look(dispatcher, "guards", limit=1)
    assert first[1] == ["测试11"]
    assert _look(dispatcher, "guards", limit=1, cursor=first[2])[1:] == (["测试21"], None)


def test_readiness_is_of_ones_own_scope(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    clock.wind(minutes=6)
    close_pages(app_store, [person for post in team for person in post], clock.now())
    of = {
        role: _look(caller(district.consoles[role]), "guards")[0]
        for role in ("school_admin", "station_officer", "district_admin")
    }
    assert of["school_admin"] == {"guards": [5, 5], "posts": [0, 1], "stations": [1, 1]}
    assert of["station_officer"] == {"guards": [10, 10], "posts": [0, 2], "stations": [1, 1]}
    assert of["district_admin"] == {"guards": [15, 15], "posts": [0, 3], "stations": [2, 2]}
    shown = caller(district.consoles["school_admin"]).get("/api/readiness").json["items"][0]
    assert "****" in shown["telephone"]
    assert audit.audit_row is audit_row
