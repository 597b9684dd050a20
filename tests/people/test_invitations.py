"""Links to the password of a console account: whose they are, until when, and what a used one means."""

from collections.abc import Callable

import pytest
from flask import Flask

from server.core.database.transaction import Store
from tests.people.test_console_users import accept, link, made, sign_in, status_of
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


def test_who_uses_a_link_after_it_was_confirmed_waits_again(
    app: Flask, admin: Caller, second: Caller, app_store: Store, district: SmallDistrict
) -> None:
    """Else whoever made the link would wait for the confirmation, and then use it himself."""
    user = made(admin, district)
    token = link(admin, user["id"])
    assert second.post(f"/api/users/{user['id']}/confirmation").json["status"] == "approved"
    assert accept(app, token) == (204, "")
    assert status_of(app_store, user["id"]) == "pending"
    assert second.post(f"/api/users/{user['id']}/confirmation").json["status"] == "approved"


@pytest.mark.parametrize("role", ["dispatcher", "school_admin"])
def test_a_new_link_to_an_open_account_lets_it_go_on_until_it_is_used(
    app: Flask,
    admin: Caller,
    second: Caller,
    app_store: Store,
    caller: SignIn,
    district: SmallDistrict,
    role: str,
) -> None:
    number = district.consoles[role]
    owner = caller(number)
    token = link(admin, number)
    assert owner.get("/api/me").status_code == 200
    assert accept(app, token) == (204, "")
    assert owner.get("/api/me").status_code == 401
    # Whoever made the link could have used it himself: another one looks at it first, but for a school's own desk.
    assert status_of(app_store, number) == ("approved" if role == "school_admin" else "pending")
    if role == "dispatcher":
        assert second.post(f"/api/users/{number}/confirmation").json["status"] == "approved"
    assert sign_in(app, role) == (200, "")


def test_a_link_ends_with_the_next_one_with_its_week_and_with_the_account(
    app: Flask, admin: Caller, clock: WoundClock, district: SmallDistrict
) -> None:
    number = made(admin, district)["id"]
    first, newest = link(admin, number), link(admin, number)
    assert accept(app, first) == (404, "unknown_link")
    assert admin.post(f"/api/users/{number}/closing", {"closed": True}).json["link_until"] is None
    assert accept(app, newest) == (404, "unknown_link")
    assert code(admin.post(f"/api/users/{number}/link")) == (409, "user_closed")
    assert code(admin.post(f"/api/users/{number}/confirmation")) == (409, "user_closed")
    assert admin.post(f"/api/users/{number}/closing", {"closed": False}).json["status"] == "approved"
    token = link(admin, number)
    listed = {one["id"]: one["link_until"] for one in admin.get("/api/users").json["items"]}
    assert listed[number] is not None
    clock.wind(minutes=7 * 24 * 60)
    assert accept(app, token) == (404, "unknown_link")
    listed = {one["id"]: one["link_until"] for one in admin.get("/api/users").json["items"]}
    assert listed[number] is None


def test_links_cannot_be_guessed_without_end(app: Flask, admin: Caller, district: SmallDistrict) -> None:
    token = link(admin, made(admin, district)["id"])
    answers = [accept(app, f"guess{number}")[1] for number in range(31)]
    assert answers == ["unknown_link"] * 30 + ["too_many"]
    assert accept(app, token) == (204, ""), "a right one is never counted"
