"""An account that closed because nobody used it: what its owner is told, how he comes back, and what becomes of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.people.rules.unused import UnusedLimits
from server.people.tables import account, erasure
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.jobs import work_off
from tests.tools.phone import Phone
from tests.tools.unused import Watched, away

SignIn = Callable[[int | None], Caller]
NUMBER = "19900006655"
DAY = timedelta(days=1)


@pytest.fixture
def watched(app: Flask, app_store: Store, clock: WoundClock, district: SmallDistrict) -> Watched:
    """Look for the first time: what is known of no account counts from now."""
    made = Watched(app_store, clock, app.extensions["huxue"].limits)
    made.look()
    return made


def closed_guard(app: Flask, watched: Watched, district: SmallDistrict, caller: SignIn) -> tuple[Phone, int]:
    """Let somebody register, be approved, and stay away until the account closes."""
    phone = Phone(app, NUMBER)
    number: int = phone.register(district.codes[0], category="volunteer", volunteer_kind="parent").json["me"][
        "account"
    ]["id"]
    school = caller(district.consoles["school_admin"])
    assert school.post(f"/api/guards/{number}/approval", {"approved": True}).status_code == 200
    watched.look()
    watched.days(8)
    away(watched, 340, only=number)
    watched.days(40)
    assert watched.closed() == {number}
    return phone, number


def test_a_closed_guard_is_told_why_and_registers_anew(
    app: Flask, watched: Watched, district: SmallDistrict, caller: SignIn
) -> None:
    phone, number = closed_guard(app, watched, district, caller)
    told = phone.sign_in().json
    assert told["me"] is None
    assert told["unused_at"] is not None
    body = phone.registration(told["ticket"], district.codes[0], category="volunteer")
    again = phone.post("/api/guards", body)
    assert again.status_code == 201
    assert again.json["me"]["account"]["id"] == number
    assert again.json["me"]["account"]["status"] == "pending"
    assert number not in watched.closed()


def test_a_closed_console_account_is_told_why(app: Flask, watched: Watched, district: SmallDistrict) -> None:
    made = ["create-user", "--role", "dispatcher", "--scope", "青禾区", "--username", "away"]
    assert app.test_cli_runner().invoke(args=made, input="invented-password-1\n").exit_code == 0
    watched.look()
    watched.days(8)
    away(watched, 340)
    watched.days(40)
    sent = {"username": "away", "password": "invented-password-1"}
    answer = app.test_client().post("/api/session/password", json=sent)
    assert code(answer) == (403, "closed_unused")
    wrong = app.test_client().post("/api/session/password", json={**sent, "password": "another-one-here"})
    assert code(wrong) == (401, "wrong_credentials"), "only the right password learns of it"
    assert app.test_cli_runner().invoke(args=["reopen-user", "away"]).exit_code == 0
    assert app.test_client().post("/api/session/password", json=sent).status_code == 200


def test_the_district_sees_who_closes_and_opens_again(
    app: Flask, watched: Watched, district: SmallDistrict, caller: SignIn, clock: WoundClock
) -> None:
    _phone, number = closed_guard(app, watched, district, caller)
    desk = caller(district.consoles["district_admin"])
    shown = desk.get("/api/accounts/unused", state="closed", limit=100).json["items"]
    assert number in {one["id"] for one in shown}
    school = caller(district.consoles["school_admin"])
    assert code(school.get("/api/accounts/unused", state="closed")) == (403, "not_your_role")
    answer = desk.post(f"/api/accounts/{number}/reopening")
    assert answer.status_code == 200, answer.json
    assert watched.statuses()[number] == "approved"
    assert code(desk.post(f"/api/accounts/{number}/reopening")) == (404, "not_found")
    assert Phone(app, NUMBER).sign_in().json["me"]["account"]["id"] == number


def test_a_suspension_is_not_slipped_out_of_by_staying_away(
    app: Flask, watched: Watched, district: SmallDistrict, caller: SignIn
) -> None:
    phone, number = closed_guard(app, watched, district, caller)
    school = caller(district.consoles["school_admin"])
    assert school.post(f"/api/guards/{number}/approval", {"approved": False}).status_code == 200
    assert code(phone.sign_in()) == (403, "suspended")
    desk = caller(district.consoles["district_admin"])
    assert code(desk.post(f"/api/accounts/{number}/reopening")) == (404, "not_found")


def test_who_does_not_come_back_is_erased_with_counted_proof(
    app: Flask, watched: Watched, district: SmallDistrict, caller: SignIn, clock: WoundClock
) -> None:
    _phone, number = closed_guard(app, watched, district, caller)
    closed_at: datetime = watched.use_of(number).closed_at
    clock.set(closed_at + watched.limits[UnusedLimits].erased_after - DAY)
    watched.look()
    with watched.store.read() as connection:
        assert connection.execute(select(erasure)).all() == []
    watched.days(2)
    with watched.store.read() as connection:
        erased = set(connection.execute(select(erasure.c.account_id)).scalars())
        proofs = connection.execute(select(audit_row.c.facts).where(audit_row.c.act == "purge")).scalars()
        assert sum(facts.get("account", 0) for facts in proofs) == len(erased)
    assert number in erased
    work_off(app)
    with watched.store.read() as connection:
        name = connection.execute(select(account.c.name).where(account.c.id == number)).scalar_one()
    assert name == "—"
