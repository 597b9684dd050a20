"""One-time codes: who gets one, how often, and how many tries it has."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from server.core.database import rate_limits
from server.core.database.base import BEGIN, MICROSECOND
from server.core.database.transaction import Store
from server.delivery.tables import message
from server.people.tables import sign_in_code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.phone import Phone
from tests.tools.proxies import trust
from tests.tools.timing import same_time

KNOWN, UNKNOWN = "19900000000", "19900009999"


@pytest.fixture
def data(app: Flask, district: SmallDistrict) -> Store:
    """Give the application's store, with the small district in it."""
    store: Store = app.extensions["huxue"].store
    return store


def test_answers_and_times_do_not_tell_who_is_registered(app: Flask, data: Store, clock: WoundClock) -> None:
    """Equal bodies but for the random request; medians within 20 ms."""
    bodies = []

    def ask(phone: str) -> None:
        answer = app.test_client().post("/api/session/codes", json={"phone": phone})
        assert answer.status_code == 202
        bodies.append({**answer.json, "request": len(answer.json["request"])})
        clock.wind(minutes=13)

    calls = {
        "known": lambda number: ask(f"199000000{number % 7:02}"),
        "unknown": lambda number: ask(f"199009900{number % 7:02}"),
    }
    assert same_time(calls)
    assert all(body == {"request": 43, "expires_in_s": 300, "resend_after_s": 60} for body in bodies)


def test_five_wrong_tries_end_a_code(app: Flask, data: Store) -> None:
    """The count goes down and the right code is of no use after it."""
    phone = Phone(app, KNOWN)
    request = phone.ask()
    right = phone.read_code(request)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for left in (4, 3, 2, 1, 0):
        answer = phone.post("/api/session", {"request": request, "code": wrong})
        assert (answer.status_code, answer.json["code"]) == (409, "wrong_code")
        assert answer.json["facts"] == {"tries_left": left}
    answer = phone.post("/api/session", {"request": request, "code": right})
    assert (answer.status_code, answer.json["code"]) == (409, "code_expired")


def test_twenty_wrong_tries_at_once_count_as_five(app: Flask, data: Store) -> None:
    """A try is taken before the code is compared."""
    phone = Phone(app, KNOWN)
    request = phone.ask()
    wrong = f"{(int(phone.read_code(request)) + 1) % 1_000_000:06}"

    def attempt(_number: int) -> str:
        code: str = (
            app.test_client().post("/api/session", json={"request": request, "code": wrong}).json["code"]
        )
        return code

    with ThreadPoolExecutor(20) as pool:
        codes = sorted(pool.map(attempt, range(20)))
    assert codes == ["code_expired"] * 15 + ["wrong_code"] * 5


def test_the_right_code_opens_one_session_however_often_it_is_sent(app: Flask, data: Store) -> None:
    """A code is used once, also when ten come at once."""
    phone = Phone(app, KNOWN)
    request = phone.ask()
    body = {"request": request, "code": phone.read_code(request)}
    with ThreadPoolExecutor(10) as pool:
        statuses = sorted(
            pool.map(lambda _: app.test_client().post("/api/session", json=body).status_code, range(10))
        )
    assert statuses == [200] + [409] * 9


def test_a_code_is_bound_to_its_request_and_its_five_minutes(
    app: Flask, data: Store, clock: WoundClock
) -> None:
    """Another request's code is wrong, an old one expired."""
    phone = Phone(app, KNOWN)
    first, second = phone.ask(), phone.ask()
    mixed = {"request": first, "code": phone.read_code(second)}
    if phone.read_code(first) != mixed["code"]:
        assert phone.post("/api/session", mixed).json["code"] == "wrong_code"
    code = phone.read_code(second)
    clock.wind(minutes=5)
    assert phone.post("/api/session", {"request": second, "code": code}).json["code"] == "code_expired"
    assert phone.get("/api/demo/messages", request=second).json == {"messages": []}


def test_the_sixth_code_in_an_hour_is_refused_and_others_are_not(
    app: Flask, data: Store, clock: WoundClock
) -> None:
    """The window slides: one more is free when the first is an hour old."""
    phone = Phone(app, KNOWN)
    for _ in range(5):
        phone.ask()
        clock.wind(minutes=1)
    answer = phone.post("/api/session/codes", {"phone": KNOWN})
    assert (answer.status_code, answer.json["code"]) == (429, "too_many")
    assert answer.json["facts"] == {"retry_after_s": 55 * 60}
    assert answer.headers["Retry-After"] == str(55 * 60)
    Phone(app, UNKNOWN).ask()
    clock.wind(minutes=55)
    phone.ask()
    assert phone.post("/api/session/codes", {"phone": KNOWN}).status_code == 429


def test_an_address_is_limited_last(app: Flask, data: Store) -> None:
    """Many phones from one address; a proxy that a setting names says whose it is, any other is one address."""
    now = app.extensions["huxue"].now()
    just_now = (now - BEGIN) // MICROSECOND
    with data.transaction(now) as transaction:
        transaction.connection.execute(
            insert(rate_limits.rate_limit).values(
                key="codes:address:203.0.113.7",
                hits=[just_now] * app.extensions["huxue"].settings.codes_per_address,
                forget_at=now + timedelta(hours=1),
            )
        )

    def ask(**more: Any) -> int:
        return app.test_client().post("/api/session/codes", json={"phone": UNKNOWN}, **more).status_code

    assert ask(environ_overrides={"REMOTE_ADDR": "203.0.113.7"}) == 429
    assert ask(headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}) == 202
    trust(app, "127.0.0.1")
    assert ask(headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}) == 429
    assert ask(headers={"X-Forwarded-For": "203.0.113.7, 198.51.100.1"}) == 202
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    assert ask(headers={"X-Forwarded-For": "203.0.113.7"}, environ_overrides=elsewhere) == 202
    assert ask(environ_overrides={"REMOTE_ADDR": "203.0.113.8"}) == 202
    assert ask() == 202


def test_the_code_is_in_the_database_as_a_hash_and_in_no_log(
    app: Flask, data: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Only the message on its way has it."""
    phone = Phone(app, KNOWN)
    request = phone.ask()
    code = phone.read_code(request)
    with data.read() as connection:
        row = connection.execute(select(sign_in_code)).mappings().one()
        assert request not in str(dict(row))
        assert code not in row["code_hash"]
        sent = connection.execute(select(message)).mappings().one()
    assert (sent["channel"], sent["body"], sent["state"]) == ("demo", code, "waiting")
    assert code not in caplog.text
