"""Ways round the three separate roles: each leads to the security administrator."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from server.config import Settings
from server.core.database.transaction import Store
from server.people.jobs.separate import note_switch
from server.people.queries import accounts
from server.people.service import unused
from server.people.tables import account
from tests.people.test_separate_roles import OFF, ON, command, create, decide, number_of, sign_in, status_of
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Let the district keep the three roles apart."""
    return replace(settings, separate_roles=True)


@pytest.fixture
def security(caller: SignIn, district: SmallDistrict) -> Caller:
    """Sign the security administrator in."""
    return caller(district.consoles["security_admin"])


def test_a_password_that_was_set_while_the_roles_were_one_waits_too(
    app: Flask, app_store: Store, clock: WoundClock, security: Caller, district: SmallDistrict
) -> None:
    note_switch(app_store, ON, clock.now())
    assert decide(security, district.consoles["auditor"], let_in=True) == (200, "")
    with app_store.transaction(clock.now()) as transaction:
        mine = account.c.id == district.consoles["security_admin"]
        transaction.connection.execute(update(account).where(mine).values(approved_at=clock.now()))
    note_switch(app_store, OFF, clock.now())
    platform = app.extensions["huxue"]
    app.extensions["huxue"] = replace(platform, limits=platform.limits.but(OFF))
    assert command(app, "set-password", "auditor").exit_code == 0
    note_switch(app_store, ON, clock.now())
    app.extensions["huxue"] = platform
    assert sign_in(app, "auditor") == (403, "not_let_in"), "else whoever set it would read the audit log"


def test_an_auditor_made_while_the_roles_were_one_waits_even_where_the_security_administrator_is_new(
    app: Flask, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    assert district.consoles["security_admin"]
    note_switch(app_store, ON, clock.now())
    note_switch(app_store, OFF, clock.now())
    platform = app.extensions["huxue"]
    app.extensions["huxue"] = replace(platform, limits=platform.limits.but(OFF))
    assert command(app, "set-password", "security_admin").exit_code == 0
    assert create(app, "auditor", "mallory").exit_code == 0
    note_switch(app_store, ON, clock.now())
    app.extensions["huxue"] = platform
    assert sign_in(app, "security_admin") == (200, ""), "somebody lets the others in"
    assert sign_in(app, "mallory") == (403, "not_let_in")


def test_nobody_gets_a_second_role_by_the_way_back_of_an_unused_account(
    app: Flask, app_store: Store, clock: WoundClock, security: Caller
) -> None:
    limits = app.extensions["huxue"].limits
    assert create(app, "auditor", "away", "测试新人").exit_code == 0
    away = number_of(app_store, "away")
    assert decide(security, away, let_in=True) == (200, "")
    with app_store.transaction(clock.now()) as transaction:
        row = accounts.by_id(transaction.connection, away)
        assert row is not None
        unused.close(transaction, row, limits)
    assert create(app, "district_admin", "back", "测试新人").exit_code == 0
    assert decide(security, number_of(app_store, "back"), let_in=True) == (200, "")
    refused = security.post(f"/api/accounts/{away}/reopening")
    assert code(refused) == (409, "holds_another_role")
    assert status_of(app_store, "away") == "suspended"


def test_an_account_that_waits_has_no_session_by_any_way(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    number = district.consoles["dispatcher"]
    had = caller(number)
    assert had.get("/api/alarms").status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        mine = account.c.id == number
        transaction.connection.execute(update(account).where(mine).values(status="pending"))
    again = caller(number)
    assert code(again.get("/api/alarms")) == (401, "no_session")
    one_click = app.test_client().post("/api/demo/sessions", json={"who": f"account:{number}"})
    assert code(one_click) == (403, "not_let_in")


def test_an_administrator_s_page_closes_and_confirms_nobody_who_watches_him(
    app: Flask, app_store: Store, clock: WoundClock, caller: SignIn, district: SmallDistrict
) -> None:
    note_switch(app_store, ON, clock.now())
    admin = caller(district.consoles["district_admin"])
    for role in ("auditor", "security_admin"):
        answer = admin.post(f"/api/users/{district.consoles[role]}/closing", {"closed": True})
        assert code(answer) == (403, "security_admin_closes")
    wanted = {"username": "desk-2", "name": "夜班席位", "role": "dispatcher"}
    made = admin.post("/api/users", wanted).json
    assert (made["status"], made["may_confirm"]) == ("pending", False)
    answer = admin.post(f"/api/users/{made['id']}/confirmation")
    assert code(answer) == (403, "security_admin_confirms")
    token = admin.post(f"/api/users/{made['id']}/link").json["token"]
    body = {"token": token, "password": "seven copper kettles sing"}
    assert app.test_client().post("/api/invitations/password", json=body).status_code == 204
    assert status_of(app_store, "desk-2") == "pending"
    assert decide(caller(district.consoles["security_admin"]), made["id"], let_in=True) == (200, "")
    assert status_of(app_store, "desk-2") == "approved"
