"""The second step of a sign-in at a console: set up, asked for, lost, ended; no code is taken twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.people.rules import second_factors as rules
from server.people.service import passwords
from server.people.tables import account
from server.people.tables.second_factors import recovery_code, second_factor
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]
PASSWORD = "seven copper kettles sing"


@pytest.fixture
def desk(app: Flask, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock) -> Caller:
    """Sign the dispatcher in, who has a password."""
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account)
            .where(account.c.username.is_not(None))
            .values(password_hash=passwords.hash_password(PASSWORD))
        )
    return caller(district.consoles["dispatcher"])


def begun(desk: Caller) -> str:
    answer = desk.post("/api/me/second-step", {"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    secret: str = answer.json["secret"]
    return secret


def on(desk: Caller, clock: WoundClock) -> tuple[str, list[str]]:
    """Set it up; gives the secret and the recovery codes."""
    secret = begun(desk)
    answer = desk.post("/api/me/second-step/confirmation", {"code": at(secret, clock)})
    assert answer.status_code == 200, answer.text
    clock.wind(seconds=30)
    return secret, answer.json["codes"]


def at(secret: str, clock: WoundClock, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=seconds))


def sign_in(app: Flask, second: str | None = None, password: str = PASSWORD) -> tuple[int, str]:
    body: dict[str, Any] = {"username": "dispatcher", "password": password}
    answer = app.test_client().post(
        "/api/session/password", json=body | ({"second": second} if second else {})
    )
    return (200, "") if answer.status_code == 200 else code(answer)


def acts(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(audit_row.c.act).order_by(audit_row.c.id)).scalars())


def test_a_code_is_asked_for_once_one_of_the_app_was_right(
    app: Flask, desk: Caller, clock: WoundClock, app_store: Store
) -> None:
    secret = begun(desk)
    assert sign_in(app) == (200, ""), "nothing is asked for before it is confirmed"
    assert code(desk.post("/api/me/second-step/confirmation", {"code": "000000"})) == (
        422,
        "wrong_second_step",
    )
    right = at(secret, clock)
    assert len(desk.post("/api/me/second-step/confirmation", {"code": right}).json["codes"]) == 10
    assert desk.get("/api/me/second-step").json["codes_left"] == 10
    assert sign_in(app) == (401, "second_step_needed")
    assert sign_in(app, right) == (422, "wrong_second_step"), "no code is taken twice"
    clock.wind(seconds=30)
    assert sign_in(app, at(secret, clock)) == (200, "")
    assert sign_in(app, at(secret, clock), "not this one") == (401, "wrong_credentials")
    assert "second_step.on" in acts(app_store)


def test_the_secret_stands_nowhere_in_clear(desk: Caller, app_store: Store) -> None:
    secret = begun(desk)
    with app_store.read() as connection:
        row = connection.execute(select(second_factor)).mappings().one()
    assert row["secret"] is None
    assert row["secret_sealed"].text.count(secret) == 0
    assert row["secret_sealed"].open() == secret


def test_a_telephone_whose_clock_is_off_by_half_a_minute_is_good_enough(
    app: Flask, desk: Caller, clock: WoundClock
) -> None:
    secret, _codes = on(desk, clock)
    clock.wind(minutes=5)
    assert sign_in(app, at(secret, clock, 95)) == (422, "wrong_second_step")
    assert sign_in(app, at(secret, clock, -95)) == (422, "wrong_second_step")
    assert sign_in(app, at(secret, clock, -30)) == (200, "")
    assert sign_in(app, at(secret, clock, 30)) == (200, "")


def test_each_recovery_code_stands_for_one_sign_in(
    app: Flask, desk: Caller, clock: WoundClock, app_store: Store
) -> None:
    _secret, codes = on(desk, clock)
    assert sign_in(app, codes[0].replace("-", "").upper()) == (200, "")
    assert sign_in(app, codes[0]) == (422, "wrong_second_step")
    assert desk.get("/api/me/second-step").json["codes_left"] == 9
    with app_store.read() as connection:
        kept = set(connection.execute(select(recovery_code.c.code_hash)).scalars())
    assert not kept & set(codes)


def test_new_recovery_codes_void_those_before(app: Flask, desk: Caller, clock: WoundClock) -> None:
    secret, codes = on(desk, clock)
    fresh = desk.post("/api/me/second-step/confirmation", {"code": at(secret, clock)}).json["codes"]
    assert sign_in(app, codes[3]) == (422, "wrong_second_step")
    assert sign_in(app, fresh[3]) == (200, "")


def test_codes_cannot_be_guessed_even_by_who_has_the_password(
    app: Flask, desk: Caller, clock: WoundClock
) -> None:
    secret, _codes = on(desk, clock)
    answers = [sign_in(app, f"{guess:06}") for guess in range(21)]
    assert answers == [(422, "wrong_second_step")] * 20 + [(429, "too_many")]
    assert sign_in(app, at(secret, clock)) == (429, "too_many")
    clock.wind(minutes=24 * 60)
    assert sign_in(app, at(secret, clock)) == (200, "")


def test_guesses_at_a_desk_that_was_left_open_keep_its_owner_out_of_no_sign_in(
    app: Flask, desk: Caller, clock: WoundClock
) -> None:
    secret, _codes = on(desk, clock)
    path = "/api/me/second-step/confirmation"
    answers = [code(desk.post(path, {"code": f"{guess:06}"})) for guess in range(21)]
    assert answers == [(422, "wrong_second_step")] * 20 + [(429, "too_many")]
    assert sign_in(app, at(secret, clock)) == (200, "")


def test_it_is_ended_with_password_and_code(app: Flask, desk: Caller, clock: WoundClock) -> None:
    secret, _codes = on(desk, clock)
    path = "/api/me/second-step/end"
    assert code(desk.post(path, {"password": "not this one", "code": at(secret, clock)})) == (
        422,
        "wrong_password",
    )
    assert code(desk.post(path, {"password": PASSWORD, "code": "000000"})) == (422, "wrong_second_step")
    assert desk.post(path, {"password": PASSWORD, "code": at(secret, clock)}).status_code == 204
    assert desk.post(path, {"password": PASSWORD, "code": at(secret, clock)}).status_code == 204, "a retry"
    assert desk.get("/api/me/second-step").json == {"since": None, "codes_left": 0}
    assert sign_in(app) == (200, "")


def test_who_sits_at_an_open_desk_sets_nothing_up_and_one_that_is_on_is_not_replaced(
    desk: Caller, clock: WoundClock
) -> None:
    path = "/api/me/second-step"
    assert code(desk.post(path, {"password": "not this one"})) == (422, "wrong_password")
    assert code(desk.post(f"{path}/confirmation", {"code": "000000"})) == (409, "second_step_not_begun")
    on(desk, clock)
    assert code(desk.post(path, {"password": PASSWORD})) == (409, "second_step_is_on")


def test_an_administrator_ends_it_for_who_lost_his_and_the_other_one_confirms(
    app: Flask, desk: Caller, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    on(desk, clock)
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account).where(account.c.id == district.consoles["auditor"]).values(role="district_admin")
        )
    first, second = caller(district.consoles["district_admin"]), caller(district.consoles["auditor"])
    listed = {one["username"]: one["second_step"] for one in first.get("/api/users").json["items"]}
    assert listed["dispatcher"] is True
    assert listed["school_admin"] is False
    path = f"/api/users/{desk.account_id}"
    assert first.post(f"{path}/second-step-end").json["status"] == "pending"
    assert first.post(f"{path}/second-step-end").json["second_step"] is False
    assert desk.get("/api/me").status_code == 401
    assert sign_in(app) == (403, "not_let_in")
    assert second.post(f"{path}/confirmation").json["status"] == "approved"
    assert sign_in(app) == (200, "")
    assert acts(app_store).count("user.second_step_off") == 1
    assert code(first.post(f"/api/users/{first.account_id}/second-step-end")) == (403, "own_account")


def test_whoever_runs_the_server_ends_it_for_the_only_administrator(
    app: Flask, desk: Caller, clock: WoundClock
) -> None:
    on(desk, clock)
    assert sign_in(app) == (401, "second_step_needed")
    result = app.test_cli_runner().invoke(args=["end-second-step", "Dispatcher"])
    assert "is asked for no second step" in result.output
    assert desk.get("/api/me").status_code == 401
    assert sign_in(app) == (200, "")
    assert "No console account" in app.test_cli_runner().invoke(args=["end-second-step", "nobody"]).output


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    found = rules.recovery_code_of(typed)
    assert found is None or rules.recovery_code_of(found) == found
    now = datetime(2026, 11, 30, tzinfo=UTC)
    secret = rules.new_secret()
    step = rules.step_of(secret, typed, now, None)
    assert step is None or "".join(typed.split()).isascii()


@given(st.integers(0, 2**31), st.integers(-3, 3))
def test_a_code_is_right_for_its_step_and_the_two_beside_it(at_s: int, off: int) -> None:
    secret, now = rules.new_secret(), datetime.fromtimestamp(at_s + 1_000_000, UTC)
    step = int(now.timestamp()) // rules.STEP_S + off
    typed = pyotp.TOTP(secret).at(step * rules.STEP_S)
    found = rules.step_of(secret, f" {typed[:3]} {typed[3:]}", now, None)
    assert (found == step) == (abs(off) <= 1) or found is not None
    assert rules.step_of(secret, typed, now, max(step, found or step) + 3) is None
