"""Signing in and out: sessions, cookies, devices, bad input."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from server.core.database import event_log
from server.core.database.sealing import telephones
from server.core.database.transaction import Store
from server.people.tables import account, session
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.keys import sealed
from tests.tools.phone import Phone

KNOWN, UNKNOWN = "19900000000", "19900009999"


@pytest.fixture
def data(app: Flask, district: SmallDistrict) -> Store:
    """Give the application's store, with the small district in it."""
    store: Store = app.extensions["huxue"].store
    return store


def _ended(store: Store) -> list[int]:
    with store.read() as connection:
        return [
            one.data["session_id"] for one in event_log.since(connection, 0) if one.name == "session.ended"
        ]


def test_a_known_phone_gets_a_session_and_an_unknown_one_a_ticket(app: Flask, data: Store) -> None:
    """The code's check tells the phone's owner, and nobody before."""
    known = Phone(app, KNOWN)
    answer = known.sign_in()
    assert answer.status_code == 200
    assert answer.json["ticket"] is None
    me = known.get("/api/me").json
    assert me["account"] == answer.json["me"]["account"]
    assert me["account"]["phone_masked"] == "199****0000"
    assert me["csrf_token"] == answer.json["me"]["csrf_token"]
    assert me["demo"] is True
    assert me["settings"]["hold_ms"] == 1500

    unknown_phone = Phone(app, UNKNOWN)
    unknown = unknown_phone.sign_in()
    assert unknown.json["me"] is None
    assert len(unknown.json["ticket"]) >= 43
    assert unknown_phone.client.get_cookie("huxue") is None


def test_the_cookie_is_opaque_hidden_from_scripts_and_kept_as_a_hash(app: Flask, data: Store) -> None:
    """HttpOnly, Lax, no domain; the database holds no token."""
    [cookie] = Phone(app, KNOWN).sign_in().headers.getlist("Set-Cookie")
    token = cookie.split(";")[0].removeprefix("huxue=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not [part for part in parts if part.startswith("Domain")]
    with data.read() as connection:
        kept = connection.execute(select(session.c.token_hash)).scalars().all()
    assert token not in kept
    assert len(token) >= 43


def test_a_cookie_that_was_there_before_is_replaced_and_its_session_ends(
    app: Flask, data: Store, caller: Callable[[int | None], Caller], district: SmallDistrict
) -> None:
    """A planted cookie is of no use; who signs in over somebody else's session ends it."""
    planted = Phone(app, KNOWN)
    planted.client.set_cookie("huxue", "planted-by-somebody")
    planted.sign_in()
    assert planted.client.get_cookie("huxue").value != "planted-by-somebody"

    before = caller(district.consoles["dispatcher"])
    phone = Phone(app, KNOWN)
    phone.client = before.client
    phone.sign_in()
    assert before.session_id in _ended(data)


def test_a_suspended_guard_is_told_so_after_the_right_code(
    app: Flask, data: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    """Nobody without the phone learns it."""
    with data.transaction(clock.now()) as transaction:
        same = telephones.is_number(transaction.connection, account, KNOWN)
        transaction.connection.execute(update(account).where(same).values(status="suspended"))
    answer = Phone(app, KNOWN).sign_in()
    assert (answer.status_code, answer.json["code"]) == (403, "suspended")


def test_a_new_phone_ends_the_old_ones_session(app: Flask, data: Store) -> None:
    """One active duty device; the hubs are told to close its sockets."""
    old, new = Phone(app, KNOWN), Phone(app, KNOWN)
    old.sign_in(device_id="device-old")
    assert old.get("/api/me").status_code == 200
    new.sign_in(device_id="device-new")
    assert (old.get("/api/me").status_code, old.get("/api/me").json["code"]) == (401, "no_session")
    assert new.get("/api/me").status_code == 200
    assert len(_ended(data)) == 1


def test_two_phones_at_once_leave_one_session(app: Flask, data: Store) -> None:
    """Neither may overlook the other."""
    bodies = []
    for _ in range(4):
        phone = Phone(app, KNOWN)
        request = phone.ask()
        bodies.append({"request": request, "code": phone.read_code(request)})
    with ThreadPoolExecutor(4) as pool:
        statuses = list(
            pool.map(lambda body: app.test_client().post("/api/session", json=body).status_code, bodies)
        )
    assert statuses == [200] * 4
    with data.read() as connection:
        active = connection.execute(select(session.c.id).where(session.c.ended_at.is_(None))).all()
    assert len(active) == 1


def test_sign_out_ends_the_session_and_tells_the_hubs(app: Flask, data: Store) -> None:
    """Not without the CSRF token; afterwards 401 and the cookie is gone."""
    phone = Phone(app, KNOWN)
    phone.sign_in()
    assert phone.client.delete("/api/session").json["code"] == "bad_csrf_token"
    answer = phone.client.delete("/api/session", headers={"X-CSRF-Token": phone.csrf_token})
    assert answer.status_code == 204
    assert phone.client.get_cookie("huxue") is None
    assert phone.get("/api/me").status_code == 401
    assert len(_ended(data)) == 1


def test_a_session_ends_with_its_time(app: Flask, data: Store, clock: WoundClock) -> None:
    """Thirty days for a guard."""
    phone = Phone(app, KNOWN)
    phone.sign_in()
    clock.wind(minutes=30 * 24 * 60 - 1)
    assert phone.get("/api/me").status_code == 200
    clock.wind(minutes=1)
    assert phone.get("/api/me").status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/session/codes", {"phone": "12345"}),
        ("/api/session/codes", {"phone": ["19900000000"]}),
        ("/api/session/codes", {"phone": None}),
        ("/api/session", {"request": "x\ud800", "code": "123456"}),
        ("/api/session", {"request": "x", "code": "12345\n"}),
        ("/api/session", {"request": "x", "code": 123456}),
        ("/api/session", {"request": "x" * 10_000, "code": "123456"}),
        ("/api/session/password", {"username": "a\u202eb", "password": "x"}),
        ("/api/session/password", {"username": "a", "password": "\udfff"}),
        ("/api/session/password", {"username": "a", "password": "x" * 10_000}),
        ("/api/session/password", {}),
    ],
)
def test_bad_input_is_named_and_never_fails(app: Flask, data: Store, path: str, body: dict[str, Any]) -> None:
    """Each is a 422 with the field's name."""
    answer = app.test_client().post(path, json=body)
    assert (answer.status_code, answer.json["code"]) == (422, "bad_input")
    assert answer.json["fields"]


def test_a_foreign_page_cannot_sign_anybody_in(app: Flask, data: Store) -> None:
    """Origin and Sec-Fetch-Site are looked at on public writes too."""
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = app.test_client().post("/api/session/codes", json={"phone": KNOWN}, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (403, "foreign_origin")


def test_a_console_account_with_a_phone_still_needs_its_password(
    app: Flask, data: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    """A code by SMS is no way into the console."""
    with data.transaction(clock.now()) as transaction:
        connection = transaction.connection
        row = sealed(
            connection,
            account,
            district_id=district.district_id,
            phone=UNKNOWN,
            username="second",
            name="测试",
            role="dispatcher",
            status="approved",
            registered_at=clock.now(),
        )
        connection.execute(insert(account).values(row))
    answer = Phone(app, UNKNOWN).sign_in()
    assert (answer.status_code, answer.json["code"]) == (403, "password_required")
