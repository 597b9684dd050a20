"""Console accounts that a district keeps: made, moved, closed, confirmed by another, led to a password."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.core.audit import audit_row
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.people.jobs.ended_users import close_ended
from server.people.queries.sessions import hashed
from server.people.tables import account
from server.people.tables.console_users import console_user
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]
PASSWORD = "seven copper kettles sing"


def wanted(district: SmallDistrict, role: str = "dispatcher", **more: Any) -> dict[str, Any]:
    place = {
        "school_admin": {"school_id": district.schools[0]},
        "station_officer": {"station_id": district.stations[0]},
    }
    return {"username": "desk-2", "name": "夜班席位", "role": role, **place.get(role, {}), **more}


def made(admin: Caller, district: SmallDistrict, role: str = "dispatcher", **more: Any) -> dict[str, Any]:
    answer = admin.post("/api/users", wanted(district, role, **more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def link(admin: Caller, number: int) -> str:
    answer = admin.post(f"/api/users/{number}/link")
    assert answer.status_code == 200, answer.text
    token: str = answer.json["token"]
    return token


def accept(app: Flask, token: str, password: str = PASSWORD) -> tuple[int, str]:
    answer = app.test_client().post("/api/invitations/password", json={"token": token, "password": password})
    return (204, "") if answer.status_code == 204 else code(answer)


def sign_in(app: Flask, username: str = "desk-2", password: str = PASSWORD) -> tuple[int, str]:
    answer = app.test_client().post(
        "/api/session/password", json={"username": username, "password": password}
    )
    return (200, "") if answer.status_code == 200 else code(answer)


def status_of(store: Store, number: int) -> str:
    with store.read() as connection:
        return str(connection.execute(select(account.c.status).where(account.c.id == number)).scalar_one())


def acts(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(audit_row.c.act).order_by(audit_row.c.id)).scalars())


def test_a_district_of_one_administrator_makes_a_desk_whose_owner_sets_the_password(
    app: Flask, admin: Caller, app_store: Store, district: SmallDistrict
) -> None:
    user = made(admin, district, name=" 夜班席位\u200b ", username="Desk-2")
    assert (user["name"], user["username"], user["status"]) == ("夜班席位", "desk-2", "approved")
    assert (user["has_password"], user["given_by"]) == (False, "测试district_admin")
    token = link(admin, user["id"])
    seen = app.test_client().post("/api/invitations/look", json={"token": token}).json
    assert (seen["name"], seen["username"], seen["role"]) == ("夜班席位", "desk-2", "dispatcher")
    assert accept(app, token, "short") == (422, "password_too_short")
    assert accept(app, token, "password1234") == (422, "password_too_common")
    assert accept(app, token) == (204, "")
    assert accept(app, token) == (204, ""), "a retry is harmless"
    assert accept(app, token, "another password of mine") == (404, "unknown_link")
    assert sign_in(app) == (200, "")
    assert [act for act in acts(app_store) if act.startswith("user.")] == [
        "user.created",
        "user.link_made",
        "user.password_set",
    ]
    with app_store.read() as connection:
        assert connection.execute(select(console_user.c.link_hash)).scalar() == hashed(token)


def test_a_second_administrator_confirms_what_the_first_gave(
    app: Flask, admin: Caller, second: Caller, app_store: Store, district: SmallDistrict
) -> None:
    user = made(admin, district)
    assert (user["status"], user["may_confirm"]) == ("pending", False)
    assert accept(app, link(admin, user["id"])) == (204, "")
    assert sign_in(app) == (403, "not_let_in")
    path = f"/api/users/{user['id']}/confirmation"
    assert code(admin.post(path)) == (403, "given_by_yourself")
    listed = {one["id"]: one["may_confirm"] for one in second.get("/api/users").json["items"]}
    assert listed[user["id"]] is True
    assert second.post(path).json["status"] == "approved"
    assert second.post(path).status_code == 200, "twice changes nothing"
    assert sign_in(app) == (200, "")
    assert acts(app_store).count("user.confirmed") == 1


def test_the_only_administrator_gives_a_second_one_who_confirms_the_third(
    app: Flask, admin: Caller, caller: SignIn, app_store: Store, district: SmallDistrict
) -> None:
    both = [made(admin, district, "district_admin", username=f"admin-{number}") for number in (2, 3)]
    assert [one["status"] for one in both] == ["approved", "pending"]
    links = [link(admin, one["id"]) for one in both]
    assert [accept(app, token) for token in links] == [(204, ""), (204, "")]
    assert [status_of(app_store, one["id"]) for one in both] == ["approved", "pending"]
    path = f"/api/users/{both[1]['id']}/confirmation"
    assert caller(both[0]["id"]).post(path).json["status"] == "approved"


def test_whoever_closes_the_other_administrator_is_not_alone_thereby(
    admin: Caller, second: Caller, district: SmallDistrict
) -> None:
    assert (
        admin.post(f"/api/users/{second.account_id}/closing", {"closed": True}).json["status"] == "suspended"
    )
    assert made(admin, district)["status"] == "pending"
    moved = {"name": "别的名字", "role": "auditor"}
    answer = admin.post(f"/api/users/{second.account_id}/changes", moved)
    assert code(answer) == (409, "role_stays")
    assert made(admin, district, "school_admin", username="gate-1")["status"] == "approved"


def test_whoever_lets_the_other_administrator_wait_is_not_alone_thereby(
    app: Flask, admin: Caller, second: Caller, app_store: Store, district: SmallDistrict
) -> None:
    assert second.account_id is not None
    assert accept(app, link(admin, second.account_id)) == (204, "")
    assert status_of(app_store, second.account_id) == "pending"
    assert made(admin, district, "district_admin")["status"] == "pending"


def test_an_account_made_by_oneself_confirms_nothing_before_it_is_let_in(
    app: Flask, admin: Caller, second: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    puppet = made(admin, district, "district_admin", username="puppet")
    assert puppet["status"] == "pending"
    other = made(admin, district)
    answer = caller(puppet["id"]).post(f"/api/users/{other['id']}/confirmation")
    assert code(answer) == (401, "no_session")


def test_a_moved_account_begins_anew_and_a_renamed_one_goes_on(
    app: Flask, admin: Caller, second: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    number = district.consoles["dispatcher"]
    owner = caller(number)
    renamed = {"name": "指挥席", "role": "dispatcher", "ends_on": "2099-12-31"}
    answer = admin.post(f"/api/users/{number}/changes", renamed)
    assert (answer.json["name"], answer.json["status"], answer.json["ends_on"]) == (
        "指挥席",
        "approved",
        "2099-12-31",
    )
    assert owner.get("/api/me").json["account"]["name"] == "指挥席"
    moved = {"name": "指挥席", "role": "station_officer", "station_id": district.stations[0]}
    answer = admin.post(f"/api/users/{number}/changes", moved)
    assert (answer.json["role"], answer.json["status"], answer.json["ends_on"]) == (
        "station_officer",
        "pending",
        None,
    )
    assert owner.get("/api/me").status_code == 401


def test_an_account_closes_after_its_last_day(
    app: Flask, admin: Caller, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    today = (clock.now() + timedelta(hours=8)).date()
    number = made(admin, district, ends_on=today.isoformat())["id"]
    token = link(admin, number)
    close_ended(app_store, clock.now(), RowRetry("ended_users"))
    assert status_of(app_store, number) == "approved"
    clock.wind(minutes=24 * 60)
    close_ended(app_store, clock.now(), RowRetry("ended_users"))
    close_ended(app_store, clock.now(), RowRetry("ended_users"))
    assert status_of(app_store, number) == "suspended"
    assert accept(app, token) == (404, "unknown_link")
    assert acts(app_store).count("user.ended") == 1
    assert code(admin.post(f"/api/users/{number}/closing", {"closed": False})) == (422, "end_is_past")


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"username": "席位"}, "bad_username"),
        ({"username": "dispatcher"}, "username_taken"),
        ({"role": "guard"}, "role_not_given"),
        ({"role": "security_admin"}, "role_not_given"),
        ({"role": "school_admin"}, "scope_missing"),
        ({"role": "station_officer"}, "scope_missing"),
        ({"school_id": 1}, "scope_missing"),
        ({"role": "school_admin", "school_id": 2**62}, "not_found"),
        ({"role": "station_officer", "station_id": 2**62}, "not_found"),
        ({"ends_on": "2020-01-01"}, "end_is_past"),
        ({"ends_on": "2026-02-30"}, "bad_input"),
        ({"name": "\u200b"}, "bad_input"),
        ({"school_id": "1"}, "bad_input"),
    ],
)
def test_what_is_wrong_makes_no_account(
    admin: Caller, app_store: Store, district: SmallDistrict, changed: dict[str, Any], refused: str
) -> None:
    assert code(admin.post("/api/users", wanted(district) | changed))[1] == refused
    assert "user.created" not in acts(app_store)


def test_nobody_keeps_his_own_account_or_one_of_elsewhere(
    admin: Caller, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    own, guard = admin.account_id, district.guards[0][0]
    for number, refused in (
        (own, (403, "own_account")),
        (guard, (404, "not_found")),
        (2**62, (404, "not_found")),
    ):
        assert code(admin.post(f"/api/users/{number}/link")) == refused
        assert code(admin.post(f"/api/users/{number}/confirmation")) == refused
        assert code(admin.post(f"/api/users/{number}/closing", {"closed": True})) == refused
        change = {"name": "别的名字", "role": "dispatcher"}
        assert code(admin.post(f"/api/users/{number}/changes", change)) == refused
    assert acts(app_store) == []


def test_a_retry_makes_one_account(admin: Caller, app_store: Store, district: SmallDistrict) -> None:
    asked = wanted(district) | {"request_id": "11111111-1111-4111-8111-111111111111"}
    answers = [admin.post("/api/users", asked).json for _ in range(2)]
    assert answers[0] == answers[1]
    assert acts(app_store) == ["user.created"]
    assert code(admin.post("/api/users", asked | {"name": "另一个"}))[1] == "request_id_reused"


def test_a_closed_school_is_no_choice_for_an_account_or_a_guard_who_moves(
    caller: SignIn, district: SmallDistrict
) -> None:
    admin = caller(district.consoles["district_admin"])
    schools = admin.get("/api/places/schools").json["items"]  # type: ignore[index]
    row = next(one for one in schools if one["id"] == district.schools[2])
    closing = {"version": row["version"], "archived": True, "reason": "并校"}
    assert admin.post(f"/api/places/schools/{row['id']}/archiving", closing).status_code == 200
    choices = {one["id"] for one in admin.get("/api/users").json["schools"]}  # type: ignore[index]
    assert choices == set(district.schools) - {district.schools[2]}
    was = {"name": "测试12", "category": "teacher", "school_id": district.schools[0]}
    body = {"wanted": was | {"school_id": district.schools[2]}, "was": was, "reason": "转校"}
    assert code(admin.post(f"/api/guards/{district.guards[0][1]}/record", body)) == (404, "not_found")
