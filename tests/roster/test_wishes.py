"""A guard says when he would like to stand and when rather not; drafts keep it, and his school sees it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from server.core.database.transaction import Store
from server.people.tables import account
from server.roster.tables import duty_wish
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import STAFF_1, STAFF_2, VOLUNTEER_1, count
from tests.tools.jobs import work_off
from tests.tools.plans import AFTERNOON_PEAK, MORNING_PEAK, edit, planned, seat, week

SignIn = Callable[[int | None], Caller]
NEXT, TUESDAY = "2026-11-30", "2026-12-01"
MONDAYS, TUESDAYS = 0, 1


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


def said(
    guard: Caller, post_id: int, wish: str | None, *, peak: str = MORNING_PEAK, weekday: int = TUESDAYS
) -> TestResponse:
    wanted = {"post_id": post_id, "peak": peak, "weekday": weekday, "wish": wish}
    return guard.post("/api/me/wishes", wanted)


def test_a_guard_says_what_he_wishes_and_takes_it_back(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    guard, post = caller(district.guards[0][VOLUNTEER_1]), district.posts[0]
    [own] = guard.get("/api/me/wishes").json["posts"]  # type: ignore[index]
    assert (own["post_id"], [one["peak"] for one in own["peaks"]]) == (post, [MORNING_PEAK, AFTERNOON_PEAK])
    assert own["peaks"][0]["weekdays"] == [None] * 5
    assert said(guard, post, "like").status_code == 200
    assert said(guard, post, "rather_not").status_code == 200
    assert said(guard, post, "like", peak=AFTERNOON_PEAK, weekday=MONDAYS).status_code == 200
    [own] = guard.get("/api/me/wishes").json["posts"]  # type: ignore[index]
    assert own["peaks"][0]["weekdays"] == [None, "rather_not", None, None, None]
    assert own["peaks"][1]["weekdays"] == ["like", None, None, None, None]
    assert said(guard, post, None).status_code == 200
    assert count(app_store, duty_wish) == 1
    assert code(said(guard, district.posts[1], "like")) == (404, "not_found")
    assert code(said(guard, post, "like", peak="midnight")) == (404, "not_found")
    assert code(said(guard, post, "like", weekday=5)) == (422, "bad_input")
    assert code(said(guard, post, "never")) == (422, "bad_input")
    assert guard.get("/api/me/wishes").json != caller(district.guards[0][STAFF_1]).get("/api/me/wishes").json


def test_what_somebody_wished_of_his_school_before_goes_with_his_next_wish(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    who = district.guards[0][VOLUNTEER_1]
    assert said(caller(who), district.posts[0], "like").status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        values = {"school_id": district.schools[1]}
        transaction.connection.execute(update(account).where(account.c.id == who).values(values))
    moved = caller(who)
    [own] = moved.get("/api/me/wishes").json["posts"]  # type: ignore[index]
    assert own["post_id"] == district.posts[1]
    assert {wish for peak in own["peaks"] for wish in peak["weekdays"]} == {None}
    assert said(moved, district.posts[1], "rather_not").status_code == 200
    assert count(app_store, duty_wish, post_id=district.posts[0]) == 0
    assert count(app_store, duty_wish, post_id=district.posts[1]) == 1


def test_police_have_no_posts_of_a_school_to_wish_for(caller: SignIn, district: SmallDistrict) -> None:
    officer = caller(district.guards[0][6])
    assert officer.get("/api/me/wishes").json == {"posts": []}
    assert code(said(officer, district.posts[0], "like")) == (404, "not_found")


def test_a_draft_keeps_wishes_and_a_school_sees_them(
    app: Flask, desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    post, school, guards = district.posts[0], district.schools[0], district.guards[0]
    # Of two seats of staff on Tuesday morning one is kept by hand: one of both stands elsewhere or not at all.
    for peak in (MORNING_PEAK, AFTERNOON_PEAK):
        for number, on in ((2, TUESDAY), (2, NEXT)):
            one = edit(post, on, "staff", guards[STAFF_1], number=number, peak=peak)
            assert planned(desk, one).status_code == 200
            emptied = edit(post, on, "staff", None, number=number, peak=peak, version=1)
            assert planned(desk, emptied).status_code == 200
    for weekday, first, second in ((MONDAYS, "like", "rather_not"), (TUESDAYS, "rather_not", "like")):
        for peak in (MORNING_PEAK, AFTERNOON_PEAK):
            for who, wish in ((STAFF_1, first), (STAFF_2, second)):
                answer = said(caller(guards[who]), post, wish, peak=peak, weekday=weekday)
                assert answer.status_code == 200
    asked = desk.post("/api/roster/proposals", {"school_id": school, "week": NEXT, "weeks": 1})
    assert asked.status_code == 200
    work_off(app)
    found = week(desk, NEXT)
    for peak in (MORNING_PEAK, AFTERNOON_PEAK):
        monday, tuesday = seat(found, NEXT, "staff", peak=peak), seat(found, TUESDAY, "staff", peak=peak)
        assert (monday["account_id"], monday["wish"]) == (guards[STAFF_1], "like")
        assert (tuesday["account_id"], tuesday["wish"]) == (guards[STAFF_2], "like")
    asked_of = {"post_id": post, "date": TUESDAY, "peak": MORNING_PEAK, "group": "staff", "seat": 2}
    items = desk.get("/api/roster/candidates", **asked_of).json["items"]  # type: ignore[index]
    assert {one["account_id"]: one["wish"] for one in items} == {
        guards[STAFF_1]: "rather_not",
        guards[STAFF_2]: "like",
    }
    dispatcher = caller(district.consoles["dispatcher"])
    shown = week(dispatcher, NEXT, school)
    assert seat(shown, NEXT, "staff")["wish"] == "like"
