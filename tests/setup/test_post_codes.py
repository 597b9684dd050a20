"""Codes at the console: shown, printed as posters by the worker, and given anew: then the old one is refused."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import STAFF_1
from tests.tools.exports import job_of
from tests.tools.jobs import work_off
from tests.tools.places_desk import POSTS, archive, check_in, seen

SignIn = Callable[[int | None], Caller]
POSTERS = "/api/places/posters"


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def anew(desk: Caller, post_id: int, **other: object) -> dict[str, object]:
    body = {"version": seen(desk, post_id)["version"], "reason": "海报被人拍照外传", **other}
    answer = desk.post(f"{POSTS}/{post_id}/code", body)
    return {"status": answer.status_code, **(answer.json or {})}


def printed(desk: Caller, posts: list[int]) -> int:
    answer = desk.post(POSTERS, {"post_ids": posts})
    assert answer.status_code == 202, answer.json
    number: int = answer.json["id"]  # type: ignore[index]
    return number


def test_a_code_is_shown_with_its_address_and_squares(desk: Caller, district: SmallDistrict) -> None:
    found = desk.get(f"{POSTS}/{district.posts[0]}/code").json
    assert found is not None
    assert found["code"] == district.codes[0]
    assert found["url"].endswith(f"/p/{district.codes[0]}")
    assert all(
        row < found["side"] and column + length <= found["side"] for row, column, length in found["runs"]
    )


def test_the_old_code_is_refused_from_the_moment_of_the_new_one(
    desk: Caller, caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    guard, old = caller(district.guards[0][STAFF_1]), district.codes[0]
    assert guard.get(f"/api/posts/{old}").status_code == 200
    made = anew(desk, district.posts[0])
    assert made["status"] == 200
    assert code(check_in(guard, old)) == (409, "code_replaced")
    assert code(guard.get(f"/api/posts/{old}")) == (409, "code_replaced")
    assert code(caller(None).get(f"/api/posts/{old}")) == (409, "code_replaced")
    with app_store.read() as connection:
        facts = connection.execute(
            select(audit_row.c.facts).where(audit_row.c.act == "reissue_code")
        ).scalar_one()
    assert facts == {"post_id": district.posts[0], "reason": "海报被人拍照外传"}
    raised = guard.post("/api/alarms", {"fix": None, "post_code": old})
    assert (raised.status_code, raised.json["post_id"]) == (201, district.posts[0])  # type: ignore[index]
    assert check_in(guard, str(made["code"])).status_code == 201


def test_a_code_is_given_anew_once_and_by_one_of_two(desk: Caller, district: SmallDistrict) -> None:
    found = seen(desk, district.posts[0])
    number = "12345678-1234-4234-8234-123456789012"
    first, again = (anew(desk, found["id"], version=0, request_id=number) for _turn in range(2))
    assert first == again
    assert anew(desk, found["id"], version=0)["code"] == "place_changed"
    assert anew(desk, found["id"], reason=" ")["code"] == "bad_input"
    assert archive(desk, seen(desk, found["id"])).status_code == 200
    assert anew(desk, found["id"])["code"] == "post_archived"


def test_posters_of_some_and_of_all_come_as_one_file(
    app: Flask, desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    for posts, pages in (([district.posts[2]], 1), ([], 3)):
        number = printed(desk, posts)
        work_off(app)
        assert (job_of(desk, number)["done"], job_of(desk, number)["total"]) == (pages, pages)
        answer = desk.get(f"/api/jobs/{number}/file")
        assert answer.data.startswith(b"%PDF")
        assert answer.data.count(b"/Type /Page\n") == pages
    officer = caller(district.consoles["station_officer"])
    number = printed(officer, [])
    work_off(app)
    assert job_of(officer, number)["total"] == 2
    assert code(desk.get(f"/api/jobs/{number}/file")) == (404, "not_found")


def test_a_station_shows_and_prints_its_own_and_gives_none_anew(
    desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    officer = caller(district.consoles["station_officer"])
    assert officer.get(f"{POSTS}/{district.posts[0]}/code").status_code == 200
    assert code(officer.get(f"{POSTS}/{district.posts[2]}/code")) == (404, "not_found")
    for posts in ([district.posts[2]], [district.posts[0], district.posts[2]], [10_000]):
        assert code(officer.post(POSTERS, {"post_ids": posts})) == (404, "not_found")
    refused = officer.post(f"{POSTS}/{district.posts[0]}/code", {"version": 0, "reason": "丢了"})
    assert code(refused) == (403, "not_your_role")
    for wrong in ([0], ["1"], [1.5], [2**70], [1] * 301, {"a": 1}):
        assert code(desk.post(POSTERS, {"post_ids": wrong})) == (422, "bad_input")


@pytest.mark.parametrize("values", [{"role": "dispatcher"}, {"status": "suspended"}, {"status": "moved"}])
def test_who_may_not_any_more_gets_no_posters(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    clock: WoundClock,
    values: dict[str, object],
) -> None:
    number = district.consoles["station_officer"]
    officer = caller(number)
    job = printed(officer, [])
    told = {"station_id": district.stations[1]} if values == {"status": "moved"} else values
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(account).where(account.c.id == number).values(**told))
    work_off(app)
    assert code(officer.get(f"/api/jobs/{job}/file")) == (404, "not_found")
    with app_store.transaction(clock.now()) as transaction:
        back = {"role": "station_officer", "status": "approved", "station_id": district.stations[0]}
        transaction.connection.execute(update(account).where(account.c.id == number).values(**back))
    assert job_of(officer, job)["reason"] == "not_allowed"


def test_posters_are_bounded_by_the_hour(desk: Caller, district: SmallDistrict) -> None:
    for _turn in range(30):
        printed(desk, [district.posts[0]])
    assert code(desk.post(POSTERS, {"post_ids": []})) == (429, "too_many")
