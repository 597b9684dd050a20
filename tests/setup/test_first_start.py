"""The first administrator of an empty server: made once, by whoever has the link, and by nobody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from werkzeug.test import TestResponse

from server.core.access.roles import Role
from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.actions import users
from server.people.rules.separate import SeparateRoles
from server.people.tables import account
from server.places.tables import district, peak
from server.setup.actions import first_start
from server.setup.rules.first_start import FirstAdministrator
from tests.tools.blocked import WITHIN_S, wait_until_blocked
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

PASSWORD = "seven copper kettles sing"
LOOK, BEGIN = "/api/first-start/look", "/api/first-start"
Link = Callable[[], str]


@pytest.fixture
def store(app: Flask) -> Store:
    """Give the store of an application whose database has nobody."""
    found: Store = app.extensions["huxue"].store
    return found


@pytest.fixture
def link(app: Flask, store: Store, clock: WoundClock) -> Link:
    def made() -> str:
        token = first_start.link(store, limits=app.extensions["huxue"].limits, now=clock.now())
        assert token is not None
        return token

    return made


def wanted(token: str, **other: str) -> dict[str, str]:
    told = {"name": "区管理员", "username": "Admin-1", "password": PASSWORD, "district_name": "样例区"}
    return {"token": token, **told, **other}


def look(app: Flask, token: str) -> TestResponse:
    return app.test_client().post(LOOK, json={"token": token})


def begin(app: Flask, token: str, **other: str) -> TestResponse:
    return app.test_client().post(BEGIN, json=wanted(token, **other))


def rows(store: Store, *columns: Any) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(select(*columns)).all())


def test_an_empty_server_gets_an_administrator_who_is_signed_in_and_a_district_with_the_usual_peaks(
    app: Flask, store: Store, link: Link
) -> None:
    token = link()
    seen = look(app, token)
    assert (seen.status_code, seen.json["district_name"]) == (200, None)  # type: ignore[index]
    client = app.test_client()
    made = client.post(BEGIN, json=wanted(token, role="auditor", status="suspended"))
    assert made.status_code == 201, made.text
    me = made.json["me"]  # type: ignore[index]
    assert (me["account"]["role"], me["account"]["status"]) == ("district_admin", "approved")
    assert (me["account"]["name"], me["district"]["name"]) == ("区管理员", "样例区")
    assert client.get("/api/checklist").json["open"] > 0  # type: ignore[index]
    assert [one.username for one in rows(store, account.c.username)] == ["admin-1"]
    assert {one.school_kind for one in rows(store, peak.c.school_kind)} >= {"primary", "kindergarten"}
    [done] = rows(store, audit_row.c.act, audit_row.c.actor_id, audit_row.c.subject_id, audit_row.c.facts)
    assert (done.act, done.actor_id, done.facts["new_district"]) == ("first_start", done.subject_id, True)
    again = app.test_client().post(
        "/api/session/password", json={"username": "admin-1", "password": PASSWORD}
    )
    assert again.status_code == 200


def test_a_district_that_is_there_keeps_its_name(app: Flask, store: Store, link: Link) -> None:
    with store.engine.begin() as connection:
        connection.execute(insert(district).values(name="青禾区", time_zone="Asia/Shanghai", demo=False))
    token = link()
    assert look(app, token).json["district_name"] == "青禾区"  # type: ignore[index]
    assert begin(app, token, district_name="别的区").json["me"]["district"]["name"] == "青禾区"  # type: ignore[index]
    assert [one.name for one in rows(store, district.c.name)] == ["青禾区"]


def test_the_link_works_once_and_no_later_start_prints_another(
    app: Flask, store: Store, link: Link, clock: WoundClock
) -> None:
    first = link()
    clock.wind(minutes=1)
    newest = link()
    assert begin(app, newest).status_code == 201
    for token in (first, newest):
        assert code(look(app, token)) == (409, "already_set_up")
        assert code(begin(app, token, username="second")) == (409, "already_set_up")
    assert first_start.link(store, limits=app.extensions["huxue"].limits, now=clock.now()) is None
    with store.engine.begin() as connection:
        connection.execute(account.update().values(status="suspended"))
    assert code(begin(app, newest, username="second")) == (409, "already_set_up"), "a closed one was one, too"
    assert len(rows(store, account.c.id)) == 1


@pytest.mark.parametrize("second", ["admin-2", "admin-1"])
def test_of_two_at_once_one_administers(
    app: Flask, store: Store, link: Link, clock: WoundClock, second: str
) -> None:
    token, together = link(), Barrier(2)

    def hashed_with_the_other(hash_it: Callable[..., str], *words: str) -> str:
        # Both have seen that nobody administers anything before either of them writes.
        found = hash_it(*words)
        together.wait()
        return found

    def one(username: str, name: str) -> str:
        try:
            first_start.begin(
                store,
                token=token,
                wanted=FirstAdministrator("区管理员", username, PASSWORD, name),
                address=None,
                limits=app.extensions["huxue"].limits,
                in_real_thread=hashed_with_the_other,
                now=clock.now(),
            )
        except Refused as why:
            return why.code
        return "made"

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(one, ("admin-1", second), ("甲区", "乙区")))
    assert sorted(answers) == ["already_set_up", "made"]
    assert len(rows(store, account.c.id)) == len(rows(store, district.c.id)) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_administrator_who_is_just_made_by_the_command_is_the_first(
    app: Flask, store: Store, link: Link, clock: WoundClock
) -> None:
    with store.engine.begin() as connection:
        connection.execute(insert(district).values(name="青禾区", time_zone="Asia/Shanghai", demo=False))
    token, told = link(), [""]
    wanted_one = {
        "role": Role.DISTRICT_ADMIN,
        "scope": "青禾区",
        "username": "by-command",
        "name": "区管理员",
    }
    made = Thread(target=lambda: users.create_user(store, **wanted_one, password=PASSWORD, now=clock.now()))
    begun = Thread(target=lambda: told.append(code(begin(app, token))[1]))
    # The command is held at its end, where the log's row is written.
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(text("LOCK TABLE audit_row IN EXCLUSIVE MODE"))
        for number, one in enumerate((made, begun), start=1):
            one.start()
            wait_until_blocked(store, one, number)
    for one in (made, begun):
        one.join(WITHIN_S)
    assert told[-1] == "already_set_up"
    assert [one.username for one in rows(store, account.c.username)] == ["by-command"]


def test_a_link_is_over_after_a_day(app: Flask, store: Store, link: Link, clock: WoundClock) -> None:
    token = link()
    clock.wind(minutes=24 * 60 - 1)
    assert look(app, token).status_code == 200
    clock.wind(minutes=1)
    assert code(look(app, token)) == (404, "unknown_setup_link")
    assert code(begin(app, token)) == (404, "unknown_setup_link")
    assert rows(store, account.c.id) == []
    assert begin(app, link()).status_code == 201


def test_a_wrong_link_learns_nothing_and_cannot_be_guessed_without_end(
    app: Flask, link: Link, clock: WoundClock
) -> None:
    token = link()
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    before = look(app, wrong)
    assert begin(app, token).status_code == 201
    after = look(app, wrong)
    assert (before.status_code, before.json) == (after.status_code, after.json) == (404, after.json)
    answers = [code(begin(app, f"guess{number}"))[1] for number in range(29)]
    assert answers == ["unknown_setup_link"] * 28 + ["too_many"]
    assert code(look(app, token)) == (409, "already_set_up"), "a right one is never counted"
    clock.wind(minutes=11)
    assert code(look(app, wrong)) == (404, "unknown_setup_link")


def test_names_and_passwords_follow_the_rules_of_all_accounts(app: Flask, store: Store, link: Link) -> None:
    token = link()
    for other, refused in (
        ({"password": "short"}, "password_too_short"),
        ({"password": "password1234"}, "password_too_common"),
        ({"password": "admin-1-2026"}, "password_too_common"),
        ({"username": "管理员"}, "bad_username"),
        ({"name": " \u200b "}, "bad_input"),
        ({"district_name": ""}, "bad_input"),
    ):
        assert code(begin(app, token, **other)) == (422, refused), other
    assert code(look(app, "no link")) == (422, "bad_input")
    assert rows(store, account.c.id) == rows(store, district.c.id) == []
    assert begin(app, token).status_code == 201, "what was refused has not used the link up"


def test_a_name_that_a_desk_has_is_taken(app: Flask, store: Store, link: Link, clock: WoundClock) -> None:
    with store.engine.begin() as connection:
        number = connection.execute(
            insert(district)
            .values(name="青禾区", time_zone="Asia/Shanghai", demo=False)
            .returning(district.c.id)
        ).scalar_one()
        desk = {"district_id": number, "username": "desk", "name": "指挥", "role": "dispatcher"}
        connection.execute(insert(account).values(**desk, status="approved", registered_at=clock.now()))
    token = link()
    assert code(begin(app, token, username="desk")) == (409, "username_taken")
    assert begin(app, token).status_code == 201


def test_where_the_three_roles_are_separate_nothing_is_printed(
    app: Flask, store: Store, clock: WoundClock
) -> None:
    limits = Limits(SeparateRoles(on=True))
    assert first_start.link(store, limits=limits, now=clock.now()) is None


def test_a_server_that_has_an_administrator_prints_nothing(
    caller: Callable[[int | None], Caller],
    district: SmallDistrict,
    app: Flask,
    app_store: Store,
    clock: WoundClock,
) -> None:
    assert district.consoles and caller(None)
    limits = app.extensions["huxue"].limits
    assert first_start.link(app_store, limits=limits, now=clock.now() + timedelta(days=1)) is None
