"""Console users' passwords: the same answer and time for unknown users, limits that harm no other."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from server.core.database.transaction import Store
from server.core.refused import Refused
from server.people.actions import sessions, users
from server.people.rules.caller import Caller
from server.people.service import passwords
from server.people.tables import account
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.timing import same_time

PASSWORD = "invented-password-1"


@pytest.fixture
def data(app: Flask, district: SmallDistrict) -> Store:
    """Give the application's store, with the small district in it."""
    store: Store = app.extensions["huxue"].store
    return store


@pytest.fixture
def user(data: Store, district: SmallDistrict, clock: WoundClock) -> int:
    """Give the dispatcher a password."""
    with data.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account)
            .where(account.c.id == district.consoles["dispatcher"])
            .values(password_hash=passwords.hash_password(PASSWORD))
        )
    return district.consoles["dispatcher"]


def _password(app: Flask, username: str, password: str, **more: Any) -> Any:
    body = {"username": username, "password": password}
    return app.test_client().post("/api/session/password", json=body, **more)


def test_a_console_user_signs_in_with_a_password(app: Flask, user: int, clock: WoundClock) -> None:
    """The session lasts a working day; case of the user name does not matter."""
    client = app.test_client()
    answer = client.post("/api/session/password", json={"username": "Dispatcher", "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json["me"]["account"]["role"] == "dispatcher"
    assert "Max-Age=43200" in answer.headers.getlist("Set-Cookie")[-1]
    clock.wind(minutes=12 * 60)
    assert client.get("/api/me").status_code == 401


def test_consoles_may_be_many(app: Flask, user: int) -> None:
    """Only guards have one device."""
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        client.post("/api/session/password", json={"username": "dispatcher", "password": PASSWORD})
    assert first.get("/api/me").status_code == second.get("/api/me").status_code == 200


def test_unknown_users_are_refused_alike_and_as_slowly(app: Flask, user: int, clock: WoundClock) -> None:
    """Equal bodies, medians within 20 ms; an account without a password counts as unknown."""
    answers = set()

    def guess(username: str) -> None:
        answer = _password(app, username, "wrong-password")
        answers.add((answer.status_code, answer.data))
        clock.wind(minutes=5)

    calls = {name: lambda _number, name=name: guess(name) for name in ("dispatcher", "nobody", "auditor")}
    assert same_time(calls)
    assert len(answers) == 1
    assert answers.pop()[0] == 401


def test_guessing_is_stopped_where_it_comes_from_and_others_sign_in(
    app: Flask, user: int, clock: WoundClock
) -> None:
    """Ten guesses from one place; the dispatcher elsewhere is not locked out by them."""
    there = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}}
    for _ in range(10):
        assert _password(app, "dispatcher", "wrong-password", **there).status_code == 401
    answer = _password(app, "dispatcher", PASSWORD, **there)
    assert (answer.status_code, answer.json["code"]) == (429, "too_many")
    assert _password(app, "nobody", "wrong-password", **there).status_code == 401
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.8"}}
    assert _password(app, "dispatcher", PASSWORD, **elsewhere).status_code == 200
    clock.wind(minutes=15)
    assert _password(app, "dispatcher", PASSWORD, **there).status_code == 200


def test_the_right_password_ends_the_count(app: Flask, user: int) -> None:
    """A clumsy morning does not add up."""
    for _ in range(3):
        for _ in range(8):
            _password(app, "dispatcher", "wrong-password")
        assert _password(app, "dispatcher", PASSWORD).status_code == 200


@pytest.mark.parametrize(("change", "refused"), [("password", "wrong_credentials"), ("closed", "suspended")])
def test_a_password_that_was_changed_while_it_was_tried_opens_nothing(
    app: Flask, data: Store, user: int, clock: WoundClock, change: str, refused: str
) -> None:
    """Whoever tries the old one without end would be in again after the sessions were ended."""

    def tried_meanwhile(fits: Callable[..., bool], *arguments: Any) -> bool:
        if change == "password":
            users.set_password(data, username="dispatcher", password="invented-password-2", now=clock.now())
        else:
            users.set_closed(data, username="dispatcher", closed=True, now=clock.now())
        return fits(*arguments)

    with pytest.raises(Refused) as why:
        sessions.sign_in_with_password(
            data,
            username="dispatcher",
            password=PASSWORD,
            caller=Caller(address="192.0.2.7", device_id=None, token=None),
            limits=app.extensions["huxue"].limits,
            in_real_thread=tried_meanwhile,
            now=clock.now(),
        )
    assert why.value.code == refused
