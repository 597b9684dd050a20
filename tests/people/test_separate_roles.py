"""Three separate roles: administrator, security administrator and auditor, none of whom can do another's part."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import insert, select, update

from server.config import Settings
from server.core.access.roles import MAY, MAY_SEPARATE, SEPARATE, Act, Role
from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.people.jobs.separate import note_switch
from server.people.rules.separate import SeparateRoles
from server.people.tables import account
from server.places import tables
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]
PASSWORD = "invented-password-1"
ON, OFF = SeparateRoles(True), SeparateRoles()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Let the district keep the three roles apart."""
    return replace(settings, separate_roles=True)


@pytest.fixture
def security(caller: SignIn, district: SmallDistrict) -> Caller:
    """Sign the security administrator in."""
    return caller(district.consoles["security_admin"])


def command(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments), input=f"{PASSWORD}\n")


def create(app: Flask, role: str, username: str, name: str = "") -> Result:
    named = ("--name", name) if name else ()
    return command(app, "create-user", "--role", role, "--scope", "青禾区", "--username", username, *named)


def sign_in(app: Flask, username: str) -> tuple[int, str]:
    answer = app.test_client().post(
        "/api/session/password", json={"username": username, "password": PASSWORD}
    )
    assert answer.json is not None
    return answer.status_code, answer.json.get("code", "")


def number_of(store: Store, username: str) -> int:
    with store.read() as connection:
        number: int = connection.execute(
            select(account.c.id).where(account.c.username == username)
        ).scalar_one()
    return number


def status_of(store: Store, username: str) -> str:
    with store.read() as connection:
        query = select(account.c.status).where(account.c.username == username)
        return str(connection.execute(query).scalar_one())


def decide(who: Caller, number: int, *, let_in: bool) -> tuple[int, str]:
    answer = who.post(f"/api/console-accounts/{number}/letting-in", {"let_in": let_in})
    return answer.status_code, answer.json.get("code", "")


def acts(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(audit_row.c.act).order_by(audit_row.c.id)).scalars())


def test_no_act_but_an_alarm_is_open_to_two_of_the_three() -> None:
    three = {Role.SECURITY_ADMIN, Role.AUDITOR}
    shared = {act for act, roles in MAY_SEPARATE.items() if len(roles & (three | {Role.DISTRICT_ADMIN})) > 1}
    assert shared == {Act.RAISE_ALARM, Act.SEE_GUARDS}
    assert {act for act, roles in MAY_SEPARATE.items() if Role.AUDITOR in roles} == {
        Act.RAISE_ALARM,
        Act.SEE_AUDIT,
        Act.EXPORT_AUDIT,
    }
    assert {act: roles for act, roles in MAY_SEPARATE.items() if act not in SEPARATE} == {
        act: roles for act, roles in MAY.items() if act not in SEPARATE
    }
    assert {act for act, roles in MAY.items() if Role.SECURITY_ADMIN in roles} == {Act.RAISE_ALARM}


def test_an_account_waits_until_the_security_administrator_lets_it_in(
    app: Flask, app_store: Store, security: Caller
) -> None:
    made = create(app, "dispatcher", "new")
    assert "once the security administrator has let it in" in made.output
    assert sign_in(app, "new") == (403, "not_let_in")
    listed = security.get("/api/console-accounts").json["items"]
    assert (listed[0]["username"], listed[0]["status"], listed[0]["let_in_at"]) == ("new", "pending", None)
    assert decide(security, number_of(app_store, "new"), let_in=True) == (200, "")
    assert sign_in(app, "new") == (200, "")
    assert acts(app_store).count("user.let_in") == 1


@pytest.mark.parametrize(
    "role", ["district_admin", "auditor", "dispatcher", "school_admin", "station_officer"]
)
def test_nobody_else_lets_in_or_lists(caller: SignIn, district: SmallDistrict, role: str) -> None:
    one = caller(district.consoles[role])
    assert code(one.get("/api/console-accounts")) == (403, "not_your_role")
    assert decide(one, district.consoles["dispatcher"], let_in=True) == (403, "not_your_role")


def test_an_administrator_cannot_make_the_security_administrator_his_own(
    app: Flask, app_store: Store, security: Caller
) -> None:
    assert create(app, "security_admin", "mallory").exit_code == 0
    assert sign_in(app, "mallory") == (403, "not_let_in")
    assert command(app, "close-user", "security_admin").exit_code == 1
    assert command(app, "close-user", "auditor").exit_code == 1
    assert status_of(app_store, "security_admin") == "approved"
    assert security.get("/api/console-accounts").status_code == 200


def test_a_new_password_waits_too_but_the_last_security_administrators(
    app: Flask, app_store: Store, security: Caller
) -> None:
    assert command(app, "set-password", "auditor").exit_code == 0
    assert sign_in(app, "auditor") == (403, "not_let_in"), "else whoever set it would read the audit log"
    assert command(app, "set-password", "security_admin").exit_code == 0
    assert sign_in(app, "security_admin") == (200, "")
    assert acts(app_store).count("user.password_set") == 2


def test_the_last_of_a_role_and_oneself_are_not_locked(
    app: Flask, app_store: Store, security: Caller, district: SmallDistrict
) -> None:
    assert decide(security, district.consoles["security_admin"], let_in=False) == (403, "own_account")
    assert decide(security, district.consoles["auditor"], let_in=False) == (409, "last_of_role")
    assert decide(security, district.consoles["district_admin"], let_in=False) == (409, "last_of_role")
    assert decide(security, district.consoles["dispatcher"], let_in=False) == (200, "")
    assert status_of(app_store, "dispatcher") == "suspended"
    assert decide(security, district.guards[0][0], let_in=True) == (404, "not_found")


def test_nobody_holds_two_of_the_three(
    app: Flask, app_store: Store, security: Caller, district: SmallDistrict
) -> None:
    refused = create(app, "auditor", "second", "测试district_admin")
    assert refused.exit_code == 1
    assert "another of the three separate roles" in refused.output
    assert create(app, "dispatcher", "desk", "测试district_admin").exit_code == 0
    assert create(app, "auditor", "late", "测试新人").exit_code == 0
    with app_store.transaction(app.extensions["huxue"].now()) as transaction:
        mine = account.c.id == district.consoles["district_admin"]
        transaction.connection.execute(update(account).where(mine).values(name="测试新人"))
    assert decide(security, number_of(app_store, "late"), let_in=True) == (409, "holds_another_role")


def test_the_security_administrator_reads_of_sign_ins_and_rights_alone(
    app: Flask, caller: SignIn, district: SmallDistrict, security: Caller
) -> None:
    create(app, "dispatcher", "new")
    caller(district.consoles["dispatcher"]).get("/api/people", name="测试")
    app.test_client().post("/api/session/password", json={"username": "new", "password": "wrong-one-here"})
    seen = {row["act"] for row in security.get("/api/audit").json["items"]}
    assert seen == {"user.created", "sign_in.failed"}
    assert set(security.get("/api/audit/acts").json["items"]) == seen
    assert security.get("/api/audit", act="find_people").json["items"] == []
    auditor = caller(district.consoles["auditor"])
    assert "find_people" in {row["act"] for row in auditor.get("/api/audit").json["items"]}
    for other in ("district_admin", "dispatcher"):
        assert code(caller(district.consoles[other]).get("/api/audit")) == (403, "not_your_role")


def test_erasing_and_unlocking_are_the_security_administrators(
    caller: SignIn, district: SmallDistrict, security: Caller
) -> None:
    number = district.guards[2][4]
    body = {"name": "测试35", "reason": "asked"}
    admin = caller(district.consoles["district_admin"])
    assert code(admin.post(f"/api/guards/{number}/erasure", body)) == (403, "not_your_role")
    assert code(admin.get("/api/accounts/unused", state="closed")) == (403, "not_your_role")
    assert security.get("/api/accounts/unused", state="closed").json["items"] == []
    assert security.get("/api/guards").json["items"]
    assert security.post(f"/api/guards/{number}/erasure", body).status_code == 202
    assert code(security.get("/api/alarms")) == (403, "not_your_role")
    assert code(security.get("/api/coverage")) == (403, "not_your_role")


def test_a_command_with_another_environment_does_not_switch_it_off(
    app: Flask, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    assert district.consoles["security_admin"]
    note_switch(app_store, ON, clock.now())
    without = app.extensions["huxue"].limits.but(OFF)
    app.extensions["huxue"] = replace(app.extensions["huxue"], limits=without)
    assert create(app, "auditor", "mallory").exit_code == 0
    assert sign_in(app, "mallory") == (403, "not_let_in")


def test_switching_stands_in_the_log_and_what_was_made_meanwhile_waits(
    app: Flask, app_store: Store, clock: WoundClock, security: Caller, district: SmallDistrict
) -> None:
    note_switch(app_store, ON, clock.now())
    note_switch(app_store, ON, clock.now())
    assert acts(app_store).count("separate_roles") == 1
    assert status_of(app_store, "district_admin") == "approved", "the first time nobody was let in yet"
    for role in ("district_admin", "auditor"):
        assert decide(security, district.consoles[role], let_in=True) == (200, "")
    note_switch(app_store, OFF, clock.now())
    platform = app.extensions["huxue"]
    app.extensions["huxue"] = replace(platform, limits=platform.limits.but(OFF))
    for role in ("security_admin", "auditor", "dispatcher"):
        assert create(app, role, f"mallory-{role}").exit_code == 0
    assert sign_in(app, "mallory-security_admin") == (200, "")
    note_switch(app_store, ON, clock.now())
    app.extensions["huxue"] = platform
    assert acts(app_store).count("separate_roles") == 3
    assert sign_in(app, "mallory-security_admin") == (403, "not_let_in")
    assert sign_in(app, "mallory-auditor") == (403, "not_let_in")
    assert status_of(app_store, "mallory-dispatcher") == "approved", "a desk goes on, and is listed"
    listed = {
        one["username"]: one["let_in_at"] for one in security.get("/api/console-accounts").json["items"]
    }
    assert listed["mallory-dispatcher"] is None
    assert {status_of(app_store, name) for name in ("district_admin", "auditor", "security_admin")} == {
        "approved"
    }


def test_the_first_security_administrator_is_let_in_by_the_command(
    app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        mine = account.c.id == district.consoles["security_admin"]
        transaction.connection.execute(update(account).where(mine).values(role="dispatcher"))
    assert create(app, "security_admin", "first").exit_code == 0
    assert sign_in(app, "first") == (200, "")
    assert create(app, "security_admin", "next").exit_code == 0
    assert sign_in(app, "next") == (403, "not_let_in")


def test_locking_ends_the_sessions(caller: SignIn, district: SmallDistrict, security: Caller) -> None:
    dispatcher = caller(district.consoles["dispatcher"])
    assert dispatcher.get("/api/alarms").status_code == 200
    assert decide(security, district.consoles["dispatcher"], let_in=False) == (200, "")
    assert code(dispatcher.get("/api/alarms")) == (401, "no_session")


def test_without_the_setting_the_role_does_nothing(
    app: Flask, caller: SignIn, district: SmallDistrict, settings: Settings
) -> None:
    platform = app.extensions["huxue"]
    app.extensions["huxue"] = replace(platform, settings=replace(settings, separate_roles=False))
    one = caller(district.consoles["security_admin"])
    assert code(one.get("/api/console-accounts")) == (403, "not_your_role")
    assert code(one.get("/api/audit")) == (403, "not_your_role")
    assert code(one.get("/api/guards")) == (403, "not_your_role")
    assert one.get("/api/me").json["settings"]["separate_roles"] is False


def test_a_command_erases_nobody(app: Flask, district: SmallDistrict) -> None:
    done = command(app, "erase-guard", str(district.guards[0][4]))
    assert done.exit_code == 1
    assert "the security administrator erases" in done.output


def test_a_security_administrator_sees_no_other_district(
    app_store: Store, security: Caller, district: SmallDistrict, clock: WoundClock
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        elsewhere = connection.execute(
            insert(tables.district)
            .values(name="别的区", time_zone="Asia/Shanghai", demo=True)
            .returning(tables.district.c.id)
        ).scalar_one()
        mine = account.c.id == district.consoles["dispatcher"]
        connection.execute(update(account).where(mine).values(district_id=elsewhere))
    number = district.consoles["dispatcher"]
    assert number not in {one["id"] for one in security.get("/api/console-accounts").json["items"]}
    assert decide(security, number, let_in=False) == (404, "not_found")


def test_the_same_press_twice_is_one_decision(
    app_store: Store, security: Caller, district: SmallDistrict
) -> None:
    number, request = district.consoles["dispatcher"], str(uuid4())
    for _again in range(2):
        body = {"let_in": False, "request_id": request}
        assert security.post(f"/api/console-accounts/{number}/letting-in", body).status_code == 200
    assert decide(security, number, let_in=False) == (200, "")
    assert acts(app_store).count("user.locked") == 1
