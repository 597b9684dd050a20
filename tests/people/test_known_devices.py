"""Sign-in that cannot be turned against its owner: a browser of his own has an allowance that no stranger uses up."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.people.service import passwords
from server.people.tables import account, known_device
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.faults import failing_commits
from tests.tools.phone import Phone
from tests.tools.timing import same_time

PASSWORD = "invented-password-1"
KNOWN, UNKNOWN = "19900000000", "19900009999"


@pytest.fixture
def user(app_store: Store, district: SmallDistrict, clock: WoundClock) -> int:
    """Give the dispatcher a password."""
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account)
            .where(account.c.id == district.consoles["dispatcher"])
            .values(password_hash=passwords.hash_password(PASSWORD))
        )
    return district.consoles["dispatcher"]


def from_(address: str) -> dict[str, Any]:
    return {"environ_overrides": {"REMOTE_ADDR": address}}


def try_password(client: Any, password: str = PASSWORD, *, username: str = "dispatcher", **more: Any) -> int:
    body = {"username": username, "password": password}
    status: int = client.post("/api/session/password", json=body, **more).status_code
    return status


def rows(store: Store, act: str) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(select(audit_row).where(audit_row.c.act == act)).mappings())


def test_fifty_wrong_passwords_from_elsewhere_and_the_right_one_works_at_the_desk(
    app: Flask, user: int, app_store: Store, district: SmallDistrict
) -> None:
    desk = app.test_client()
    assert try_password(desk) == 200
    for number in range(50):
        assert try_password(app.test_client(), "wrong", **from_(f"203.0.113.{number // 10}")) == 401
    elsewhere = from_("198.51.100.1")
    assert try_password(app.test_client(), **elsewhere) == 429
    assert try_password(desk) == 200
    assert try_password(desk, **from_("203.0.113.1")) == 200
    failed, [locked] = rows(app_store, "sign_in.failed"), rows(app_store, "sign_in.locked")
    assert len(failed) == 50
    assert {row["subject_id"] for row in failed} == {user}
    assert failed[0]["facts"] == {"how": "password", "known_device": False, "network": "203.0.113.0"}
    assert (locked["subject_id"], locked["facts"]) == (
        user,
        {"how": "password", "by": "strangers", "network": "198.51.100.1"},
    )


def test_a_known_device_has_an_allowance_and_not_more(
    app: Flask, user: int, app_store: Store, clock: WoundClock
) -> None:
    desk, other = app.test_client(), app.test_client()
    assert (try_password(desk), try_password(other)) == (200, 200)
    assert [try_password(desk, "wrong") for _ in range(10)] == [401] * 10
    assert [try_password(desk) for _ in range(3)] == [429] * 3
    assert try_password(other) == 200
    assert [row["facts"]["by"] for row in rows(app_store, "sign_in.locked")] == ["device"]
    clock.wind(minutes=15)
    assert try_password(desk) == 200


def test_signing_out_leaves_the_device_known_and_another_account_does_not_know_it(
    app: Flask, user: int, app_store: Store, district: SmallDistrict
) -> None:
    desk = app.test_client()
    body = {"username": "dispatcher", "password": PASSWORD}
    token = desk.post("/api/session/password", json=body).json["me"]["csrf_token"]
    name = desk.get_cookie("huxue-device").value
    assert desk.delete("/api/session", headers={"X-CSRF-Token": token}).status_code == 204
    assert desk.get_cookie("huxue-device").value == name
    for _ in range(10):
        try_password(app.test_client(), "wrong", username="auditor")
    assert try_password(desk, username="auditor") == 429
    assert try_password(desk) == 200


def test_a_device_that_we_did_not_sign_is_a_stranger(app: Flask, user: int) -> None:
    desk = app.test_client()
    assert try_password(desk) == 200
    name, _dot, mark = desk.get_cookie("huxue-device").value.partition(".")
    for number in range(50):
        try_password(app.test_client(), "wrong", **from_(f"203.0.113.{number // 10}"))
    for forged in (f"{name}.{'A' * len(mark)}", name, f"x{name}.{mark}", f".{mark}", "é.é", ""):
        desk.set_cookie("huxue-device", forged)
        assert try_password(desk) == 429, forged
        assert desk.get_cookie("huxue-device").value != forged


def test_a_browser_that_is_signed_in_already_becomes_known_with_its_name(
    app: Flask, district: SmallDistrict, app_store: Store, caller: Any
) -> None:
    open_page = caller(district.consoles["dispatcher"])
    assert open_page.get("/api/me").status_code == 200
    assert open_page.get("/api/me").status_code == 200
    assert open_page.client.get_cookie("huxue-device") is not None
    with app_store.read() as connection:
        assert len(connection.execute(select(known_device)).all()) == 1


def test_a_disk_that_is_full_keeps_nobody_from_his_page(
    district: SmallDistrict, app_store: Store, caller: Any
) -> None:
    open_page = caller(district.consoles["dispatcher"])
    with failing_commits(app_store):
        assert open_page.get("/api/me").status_code == 200
    with app_store.read() as connection:
        assert connection.execute(select(known_device)).all() == []


def test_a_session_that_drops_its_cookie_makes_few_devices_known(
    district: SmallDistrict, app_store: Store, caller: Any
) -> None:
    page = caller(district.consoles["dispatcher"])
    for _ in range(12):
        assert page.get("/api/me").status_code == 200
        page.client.delete_cookie("huxue-device")
    with app_store.read() as connection:
        assert len(connection.execute(select(known_device)).all()) == 3


def test_ten_devices_stay_known_and_the_one_not_used_for_longest_goes(
    app: Flask, user: int, app_store: Store, clock: WoundClock
) -> None:
    desks = [app.test_client() for _ in range(11)]
    for desk in [*desks[:10], desks[0], desks[10]]:
        assert try_password(desk) == 200
        clock.wind(seconds=1)
    names = [desk.get_cookie("huxue-device").value.partition(".")[0] for desk in desks]
    with app_store.read() as connection:
        kept = connection.execute(select(known_device.c.device_id)).scalars()
        assert set(kept) == set(names) - {names[1]}


def test_strangers_requests_for_codes_are_held_and_the_owners_pass(
    app: Flask, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    own = Phone(app, KNOWN)
    assert own.sign_in().status_code == 200
    stranger = app.test_client()
    statuses = []
    for _ in range(8):
        statuses.append(stranger.post("/api/session/codes", json={"phone": KNOWN}).status_code)
        clock.wind(seconds=1)
    assert statuses == [202] * 4 + [429] * 4
    assert own.sign_in().status_code == 200
    assert [row["facts"]["by"] for row in rows(app_store, "sign_in.locked")] == ["strangers"]
    # The owner's own allowance ends as well, so that a stolen phone floods nobody.
    assert [own.post("/api/session/codes", {"phone": KNOWN}).status_code for _ in range(5)] == [202] * 4 + [
        429
    ]


def guess(phone: Phone, times: int) -> tuple[list[str], str, str]:
    """Ask for a code and guess it wrongly; gives the answers, the request and the right code."""
    request = phone.ask()
    right = phone.read_code(request)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    answers = [phone.post("/api/session", {"request": request, "code": wrong}).json for _ in range(times)]
    return [f"{one['code']} {one.get('facts', {}).get('tries_left')}" for one in answers], request, right


def test_after_ten_wrong_codes_in_a_day_each_code_takes_one_guess_of_strangers(
    app: Flask, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    own = Phone(app, KNOWN)
    assert own.sign_in().status_code == 200
    before = Phone(app, KNOWN)
    open_request = before.ask()
    open_code = before.read_code(open_request)
    assert guess(Phone(app, KNOWN), 5)[0][-1] == "wrong_code 0"
    clock.wind(minutes=1)
    assert guess(Phone(app, KNOWN), 5)[0] == [f"wrong_code {left}" for left in (4, 3, 2, 1, 0)]
    # One asked for before has one guess left, and it may be the right one.
    assert before.post("/api/session", {"request": open_request, "code": open_code}).status_code == 200
    clock.wind(minutes=61)
    told, request, right = guess(Phone(app, KNOWN), 2)
    assert told == ["wrong_code 0", "code_expired None"]
    assert app.test_client().post("/api/session", json={"request": request, "code": right}).status_code == 409
    # The owner's phone is not touched by it.
    told, request, right = guess(own, 3)
    assert told == ["wrong_code 4", "wrong_code 3", "wrong_code 2"]
    assert own.post("/api/session", {"request": request, "code": right}).status_code == 200
    assert len(rows(app_store, "sign_in.failed")) == 14
    assert [row["facts"] for row in rows(app_store, "sign_in.locked")] == [
        {"how": "code", "by": "strangers", "network": None}
    ]
    clock.wind(minutes=24 * 60)
    assert guess(Phone(app, KNOWN), 1)[0] == ["wrong_code 4"]


def test_wrong_codes_of_known_and_unknown_numbers_are_answered_alike_and_as_slowly(
    app: Flask, district: SmallDistrict, clock: WoundClock
) -> None:
    told = set()

    def attempt(number: str) -> None:
        phone = Phone(app, number)
        answers, _request, _right = guess(phone, 1)
        told.update(answers)
        clock.wind(minutes=13)

    calls = {
        "known": lambda number: attempt(f"199000000{number % 7:02}"),
        "unknown": lambda number: attempt(f"199009900{number % 7:02}"),
    }
    assert same_time(calls)
    assert told == {"wrong_code 4"}


def test_who_closes_his_account_is_known_nowhere(
    app: Flask, district: SmallDistrict, app_store: Store
) -> None:
    own = Phone(app, KNOWN)
    own.sign_in()
    consent = {
        "request_id": "0b5ecb52-7b0a-4a6a-9a43-0d9d4d1d0001",
        "kind": "account",
        "version": "2026-11",
        "given": False,
    }
    assert own.post("/api/me/consents", consent).status_code == 200
    with app_store.read() as connection:
        assert connection.execute(select(known_device)).all() == []


def test_ipv6_is_counted_by_its_48_bits(app: Flask, user: int) -> None:
    for number in range(10):
        assert try_password(app.test_client(), "wrong", **from_(f"2001:db8:7:{number:x}::1")) == 401
    assert try_password(app.test_client(), **from_("2001:db8:7:ffff::9")) == 429
    assert try_password(app.test_client(), **from_("2001:db8:8::1")) == 200
