"""Console accounts outside the demo: made, given another password, closed and opened again."""

import os
import pwd
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.people.tables import account
from server.places.tables import school
from tests.tools.client import Caller
from tests.tools.district import SmallDistrict

PASSWORD = "invented-password-1"


def _run(app: Flask, *arguments: str, password: str = PASSWORD):
    return app.test_cli_runner().invoke(args=["create-user", *arguments], input=f"{password}\n")


@pytest.mark.parametrize(
    ("role", "scope", "column"),
    [
        ("school_admin", "青禾第2小学", "school_id"),
        ("station_officer", "第2派出所", "station_id"),
        ("dispatcher", "青禾区", None),
        ("district_admin", "青禾区", None),
        ("auditor", "青禾区", None),
    ],
)
def test_the_new_user_signs_in_within_his_scope(
    app: Flask, district: SmallDistrict, role: str, scope: str, column: str | None
) -> None:
    done = _run(app, "--role", role, "--scope", scope, "--username", "New.User", "--name", "测试用户")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    answer = app.test_client().post(
        "/api/session/password", json={"username": "new.user", "password": PASSWORD}
    )
    mine = answer.json["me"]["account"]
    assert (mine["role"], mine["name"], mine["status"]) == (role, "测试用户", "approved")
    wanted = {"school_id": district.schools[1], "station_id": district.stations[1]}
    for name, number in wanted.items():
        assert mine[name] == (number if name == column else None)
    with app.extensions["huxue"].store.read() as connection:
        kept = connection.execute(select(account).where(account.c.username == "new.user")).mappings().one()
        assert kept["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        facts = connection.execute(
            select(audit_row.c.facts).where(audit_row.c.act == "user.created")
        ).scalar()
    assert facts["role"] == role
    # A command has no account: it says which user of the system gave it.
    assert facts["os_user"] == pwd.getpwuid(os.getuid()).pw_name


def test_who_became_the_servers_user_is_recorded_too(
    app: Flask, district: SmallDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "测试管理员")
    monkeypatch.setenv("LOGNAME", "somebody-else")
    assert _run(app, "--role", "auditor", "--scope", "青禾区", "--username", "by-sudo").exit_code == 0
    with app.extensions["huxue"].store.read() as connection:
        facts = connection.execute(
            select(audit_row.c.facts).where(audit_row.c.act == "user.created")
        ).scalar_one()
    assert (facts["os_user"], facts["sudo_user"]) == (pwd.getpwuid(os.getuid()).pw_name, "测试管理员")


def test_a_scope_is_found_by_number_too(app: Flask, district: SmallDistrict) -> None:
    number = str(district.schools[2])
    assert _run(app, "--role", "school_admin", "--scope", number, "--username", "by-number").exit_code == 0


def test_schools_of_one_name_are_told_apart_by_their_stations(app: Flask, district: SmallDistrict) -> None:
    first, second = district.schools[0], district.schools[2]
    store: Store = app.extensions["huxue"].store
    with store.engine.begin() as connection:
        connection.execute(update(school).where(school.c.id == second).values(name="青禾第1小学"))
    done = _run(app, "--role", "school_admin", "--scope", "青禾第1小学", "--username", "one")
    assert done.exit_code == 1
    assert f"['{first} (第1派出所)', '{second} (第2派出所)']" in done.output


@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        (("--role", "school_admin", "--scope", "nowhere", "--username", "one"), PASSWORD, "No such school"),
        (("--role", "dispatcher", "--scope", "9" * 30, "--username", "one"), PASSWORD, "No such school"),
        (("--role", "dispatcher", "--scope", "青禾区", "--username", "dispatcher"), PASSWORD, "taken"),
        (("--role", "dispatcher", "--scope", "青禾区", "--username", "a b"), PASSWORD, "user name has"),
        (("--role", "dispatcher", "--scope", "青禾区", "--username", "one"), "short", "too short"),
        (("--role", "dispatcher", "--scope", "青禾区", "--username", "one"), "password1234", "tried first"),
        (("--role", "guard", "--scope", "青禾区", "--username", "one"), PASSWORD, "guard"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_stored(
    app: Flask, district: SmallDistrict, arguments: tuple[str, ...], password: str, said: str
) -> None:
    done = _run(app, *arguments, password=password)
    assert done.exit_code != 0
    assert said in done.output
    with app.extensions["huxue"].store.read() as connection:
        assert connection.execute(select(account.c.id).where(account.c.username == "one")).first() is None


def _sign_in(app: Flask, password: str):
    answer = app.test_client().post(
        "/api/session/password", json={"username": "dispatcher", "password": password}
    )
    return answer.status_code, (answer.get_json() or {}).get("code")


def _command(app: Flask, *arguments: str, password: str = PASSWORD):
    return app.test_cli_runner().invoke(args=list(arguments), input=f"{password}\n")


def test_a_new_password_takes_the_place_of_the_old_and_signs_out(
    app: Flask, caller: Callable[[int | None], Caller], district: SmallDistrict
) -> None:
    there = caller(district.consoles["dispatcher"])
    assert _command(app, "set-password", "Dispatcher", password="invented-password-2").exit_code == 0
    assert there.get("/api/me").status_code == 401
    assert _sign_in(app, "invented-password-2")[0] == 200
    for refused, said in (("short", "too short"), ("dispatcher2026", "tried first")):
        done = _command(app, "set-password", "dispatcher", password=refused)
        assert done.exit_code != 0 and said in done.output
    assert _sign_in(app, "invented-password-2")[0] == 200


def test_a_closed_account_is_out_until_it_is_opened_again(
    app: Flask, caller: Callable[[int | None], Caller], district: SmallDistrict
) -> None:
    there = caller(district.consoles["dispatcher"])
    assert _command(app, "set-password", "dispatcher").exit_code == 0
    assert _command(app, "close-user", "dispatcher").exit_code == 0
    assert there.get("/api/me").status_code == 401
    assert _sign_in(app, PASSWORD) == (403, "suspended")
    assert _command(app, "reopen-user", "dispatcher").exit_code == 0
    assert _sign_in(app, PASSWORD)[0] == 200
    with app.extensions["huxue"].store.read() as connection:
        rows = connection.execute(
            select(audit_row.c.act).where(audit_row.c.subject_id == district.consoles["dispatcher"])
        )
        assert [row.act for row in rows] == ["user.password_set", "user.closed", "user.reopened"]


@pytest.mark.parametrize("command", ["set-password", "close-user", "reopen-user"])
def test_nobody_of_that_name_is_said(app: Flask, district: SmallDistrict, command: str) -> None:
    done = _command(app, command, "nobody")
    assert done.exit_code != 0 and "No console account" in done.output
