"""``flask create-user``: a console account outside the demo."""

import pytest
from flask import Flask
from sqlalchemy import select

from server.store.accounts import account
from server.store.audit import audit_row
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


def test_a_scope_is_found_by_number_too(app: Flask, district: SmallDistrict) -> None:
    number = str(district.schools[2])
    assert _run(app, "--role", "school_admin", "--scope", number, "--username", "by-number").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        (("--role", "school_admin", "--scope", "nowhere", "--username", "one"), PASSWORD, "No such school"),
        (("--role", "dispatcher", "--scope", "9" * 30, "--username", "one"), PASSWORD, "No such school"),
        (("--role", "dispatcher", "--scope", "青禾区", "--username", "dispatcher"), PASSWORD, "taken"),
        (("--role", "dispatcher", "--scope", "青禾区", "--username", "a b"), PASSWORD, "user name has"),
        (("--role", "dispatcher", "--scope", "青禾区", "--username", "one"), "short", "too short"),
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
