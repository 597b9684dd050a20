"""Some time after the sign-in a desk proves once more who sits there, before it does what cannot be taken back."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pyotp
import pytest
from flask import Flask
from sqlalchemy import update

from server.core.database.transaction import Store
from server.people.service import passwords
from server.people.tables import account, session
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]
PASSWORD = "seven copper kettles sing"
NEEDED = (403, "proof_needed")
# What only a proved desk may do. A new route of that kind says so beside ``allow``.
PROVED = {
    "POST /api/devices",
    "POST /api/devices/<int:device_id>/key",
    "POST /api/exports",
    "POST /api/guards/<int:account_id>/erasure",
    "POST /api/hooks",
    "PATCH /api/hooks/<int:hook_id>",
    "POST /api/console-accounts/<int:account_id>/letting-in",
    "POST /api/users",
    "POST /api/users/<int:account_id>/changes",
    "POST /api/users/<int:account_id>/confirmation",
    "POST /api/users/<int:account_id>/link",
    "POST /api/users/<int:account_id>/second-step-end",
}


@pytest.fixture
def desk(app: Flask, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock) -> Caller:
    """Sign the district's administrator in, who has a password."""
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == district.consoles["district_admin"]
        values = {"password_hash": passwords.hash_password(PASSWORD)}
        transaction.connection.execute(update(account).where(his).values(values))
    return caller(district.consoles["district_admin"])


def exports(desk: Caller) -> Any:
    body = {"kind": "guards", "format": "csv", "purpose": "核对名单", "language": "zh-CN"}
    return desk.post("/api/exports", body | {"request_id": str(uuid4())})


def proves(desk: Caller, password: str = PASSWORD, second: str | None = None) -> Any:
    return desk.post("/api/me/proof", {"password": password, "second": second})


def test_these_routes_ask_for_it(app: Flask) -> None:
    found = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if getattr(app.view_functions[rule.endpoint], "proved", False)
    }
    assert found == PROVED


def test_the_sign_in_counts_for_some_minutes_and_then_the_password(desk: Caller, clock: WoundClock) -> None:
    assert exports(desk).status_code == 202
    clock.wind(minutes=15)
    assert code(exports(desk)) == NEEDED
    assert code(proves(desk, "not this one")) == (422, "wrong_password")
    assert code(exports(desk)) == NEEDED
    assert proves(desk).status_code == 204
    assert exports(desk).status_code == 202
    clock.wind(minutes=14, seconds=59)
    assert exports(desk).status_code == 202
    clock.wind(seconds=1)
    assert code(exports(desk)) == NEEDED


def test_what_was_proved_at_another_process_counts_at_once(
    app: Flask, desk: Caller, app_store: Store, clock: WoundClock
) -> None:
    clock.wind(minutes=20)
    app_store.kept.heard(time.monotonic())
    assert code(exports(desk)) == NEEDED, "this process keeps the session as it was"
    with app_store.engine.begin() as connection:
        # The news of the other process is still on its way to this one.
        mine = session.c.account_id == desk.account_id
        connection.execute(update(session).where(mine).values(proved_at=clock.now()))
    assert exports(desk).status_code == 202


def test_it_is_of_one_session_alone_and_wrong_tries_count_as_at_a_sign_in(
    desk: Caller, caller: SignIn, clock: WoundClock
) -> None:
    other = caller(desk.account_id)
    clock.wind(minutes=20)
    assert proves(desk).status_code == 204
    assert code(exports(other)) == NEEDED
    answers = [code(proves(other, f"guess {number}"))[1] for number in range(40)]
    assert answers[0] == "wrong_password" and answers[-1] == "too_many"
    assert code(proves(other)) == (429, "too_many"), "the right one as well"


def test_who_has_a_second_step_gives_its_code_too(desk: Caller, clock: WoundClock) -> None:
    secret = desk.post("/api/me/second-step", {"password": PASSWORD}).json["secret"]

    def at() -> str:
        clock.wind(seconds=30)
        return pyotp.TOTP(secret).at(clock.now())

    assert desk.post("/api/me/second-step/confirmation", {"code": at()}).status_code == 200
    clock.wind(minutes=20)
    assert code(proves(desk)) == (422, "second_code_needed")
    assert code(proves(desk, second="000000")) == (422, "wrong_second_step")
    right = at()
    assert code(proves(desk, "not this one", right)) == (422, "wrong_password")
    assert code(exports(desk)) == NEEDED
    assert proves(desk, second=right).status_code == 204
    assert code(proves(desk, second=right)) == (422, "wrong_second_step"), "no code is taken twice"
    assert exports(desk).status_code == 202
