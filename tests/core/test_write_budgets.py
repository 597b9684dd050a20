"""Every write of an account has a budget; a press that opens an alarm has none and waits for none."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server.core.access.roles import Role
from server.core.budgets import Allowance
from server.core.http.write_budgets import OF_ROUTES, USUAL, WriteBudgets
from tests.core.test_declared import path_of
from tests.tools.client import Caller
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]
FEW = Allowance(1, 0.001)
# Nobody's account: who may use them is counted by number, address, link or key (``rate_limits``), or not at all.
WITHOUT_AN_ACCOUNT = {
    "_no_such_route",
    "alarms.raise_alarm",
    "console users.accept",
    "console users.look",
    "demo.sign_in",
    "devices.signal",
    "first start.begin",
    "first start.look",
    "guards.register",
    "joint_response.act",
    "sessions.ask_for_code",
    "sessions.sign_in",
    "sessions.sign_in_with_password",
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Use one kind of database: nothing is counted there."""
    return sqlite_url


def writes(app: Flask) -> list[tuple[str, str, str, object]]:
    """List all that writes: method, rule, endpoint, who may."""
    return [
        (method, rule.rule, rule.endpoint, getattr(app.view_functions[rule.endpoint], "allowed", None))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"})
    ]


def grant(app: Flask, budgets: WriteBudgets) -> None:
    app.extensions["huxue"] = replace(app.extensions["huxue"], writes=budgets)


def write(one: Caller, method: str, rule: str) -> TestResponse:
    """Write something that nobody understands."""
    headers = {"X-CSRF-Token": one.csrf_token}
    return one.client.open(path_of(rule), method=method, json={}, headers=headers)


def account_of(district: SmallDistrict, role: Role) -> int:
    return district.guards[0][2] if role == Role.GUARD else district.consoles[role.value]


def test_every_write_is_counted_by_account_and_no_press_that_opens_an_alarm_is(
    app: Flask, caller: SignIn, district: SmallDistrict
) -> None:
    counted = [
        (method, rule, allowed) for method, rule, _name, allowed in writes(app) if isinstance(allowed, tuple)
    ]
    assert {name for _method, _rule, name, allowed in writes(app) if not isinstance(allowed, tuple)} == (
        WITHOUT_AN_ACCOUNT
    )
    people = {role: caller(account_of(district, role)) for role in Role}
    presser = caller(district.guards[1][2])
    for method, rule, allowed in counted:
        for role in allowed:
            grant(app, WriteBudgets(FEW, dict.fromkeys(OF_ROUTES, FEW)))
            # One of the routes signs out.
            one = caller(account_of(district, role)) if rule == "/api/session" else people[role]
            first, *_more, last = [write(one, method, rule) for _time in range(int(FEW.most) + 1)]
            assert (first.status_code, last.status_code) != (429, 429), (method, rule, role)
            if last.status_code != 401:
                assert (last.status_code, last.json["code"]) == (429, "too_many"), (method, rule, role)
                assert int(last.headers["Retry-After"]) > 0
        # Who may write no more may press, as often as he likes; so may who has written nothing.
        for one in (people[allowed[0]], presser):
            assert one.post("/api/alarms", {"post_id": district.posts[0]}).status_code in {200, 201}, rule


def test_a_gate_device_is_never_counted(app: Flask, caller: SignIn, district: SmallDistrict) -> None:
    told = caller(district.consoles["station_officer"]).post(
        "/api/devices", {"label": "Gate", "post_id": district.posts[0]}
    )
    grant(app, WriteBudgets(Allowance(0, 0.001), {}))
    device = app.test_client()
    for _press in range(5):
        answer = device.post(
            "/api/device-alarms", json={}, headers={"Authorization": f"Bearer {told.json['key']}"}
        )
        assert answer.status_code in {200, 201}


def test_one_account_counts_for_itself_and_gets_back_what_time_grants() -> None:
    now = 100.0
    budgets = WriteBudgets(monotonic=lambda: now)
    for _write in range(int(USUAL.most)):
        budgets.spend(1, "drills.plan")
    with pytest.raises(Exception, match="too_many"):
        budgets.spend(1, "guards.approve")
    budgets.spend(2, "guards.approve")
    budgets.spend(1, "alarms.note")
    now += 1.0
    for _write in range(int(USUAL.a_second)):
        budgets.spend(1, "drills.plan")


def test_a_person_in_an_alarm_needs_a_tenth_of_it(caller: SignIn, district: SmallDistrict) -> None:
    number = caller(district.guards[0][2]).post("/api/alarms", {"post_id": district.posts[0]}).json["id"]
    console = caller(district.consoles["dispatcher"])
    for _note in range(int(OF_ROUTES["alarms.note"].most) // 10):
        body = {"request_id": str(uuid4()), "text": "note", "withdrawal": False}
        assert console.post(f"/api/alarms/{number}/notes", body).status_code == 200


def test_a_budget_of_a_route_names_a_route(app: Flask) -> None:
    assert set(OF_ROUTES) <= {name for _method, _rule, name, _allowed in writes(app)}
