"""One press drafts the next weeks: what is open is filled evenly, what a person touched stays, open seats say why."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from server.core.database.transaction import Store
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, SECURITY_2, STAFF_1, STAFF_2, VOLUNTEER_1, put_on_duty
from tests.tools.jobs import work_off
from tests.tools.plans import edit, planned, published, seat, week

SignIn = Callable[[int | None], Caller]
THIS, NEXT, TUESDAY = "2026-11-23", "2026-11-30", "2026-12-01"


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


def asked(desk: Caller, school_id: int, monday: str = NEXT, weeks: int = 1) -> TestResponse:
    return desk.post("/api/roster/proposals", {"school_id": school_id, "week": monday, "weeks": weeks})


def seats(desk: Caller, group: str, monday: str = NEXT) -> list[Any]:
    [post] = week(desk, monday)["posts"]
    return [one for one in post["seats"] if one["group"] == group]


def test_open_seats_are_filled_evenly_and_each_that_stays_open_says_why(
    app: Flask, desk: Caller, district: SmallDistrict
) -> None:
    school, guards = district.schools[0], district.guards[0]
    answer = asked(desk, school, weeks=2)
    assert (answer.json["kind"], answer.json["state"]) == ("roster_proposal", "waiting")  # type: ignore[index]
    assert code(asked(desk, school)) == (409, "proposal_under_way")
    assert work_off(app) == 1
    for monday in (NEXT, "2026-12-07"):
        # Two security guards at two peaks of five days: all twenty seats.
        security = seats(desk, "security", monday)
        loads = Counter(one["account_id"] for one in security)
        assert loads == {guards[SECURITY_1]: 10, guards[SECURITY_2]: 10}
        assert {(one["source"], one["published_id"], one["why"]) for one in security} == {
            # Nobody here has served before.
            ("proposal", None, "all_new")
        }
        # A volunteer has five duties a week at most; there are twenty seats.
        volunteers = seats(desk, "volunteer", monday)
        loads = Counter(one["account_id"] for one in volunteers)
        assert (loads[guards[VOLUNTEER_1]], loads[guards[VOLUNTEER_1 + 1]], loads[None]) == (5, 5, 10)
        assert {one["why"] for one in volunteers if one["account_id"] is None} == {"week_full"}
    police = {(one["account_id"], one["why"]) for one in seats(desk, "police")}
    assert police == {(None, None)}, "a school plans no police"
    assert asked(desk, school, weeks=2).status_code == 200
    before = week(desk, NEXT)["posts"]
    work_off(app)
    after = week(desk, NEXT)["posts"]
    assert [one["account_id"] for one in after[0]["seats"]] == [
        one["account_id"] for one in before[0]["seats"]
    ]


def test_what_a_person_touched_stays(app: Flask, desk: Caller, district: SmallDistrict) -> None:
    post, school, guards = district.posts[0], district.schools[0], district.guards[0]
    one = edit(post, TUESDAY, "staff", guards[STAFF_2])
    other = edit(post, TUESDAY, "staff", guards[STAFF_1], number=2)
    assert planned(desk, one, other).status_code == 200
    assert planned(desk, edit(post, TUESDAY, "staff", None, number=2, version=1)).status_code == 200
    assert asked(desk, school).status_code == 200
    # While the worker computes, somebody fills a seat.
    taken = edit(post, "2026-12-02", "security", guards[SECURITY_2])
    assert planned(desk, taken).status_code == 200
    work_off(app)
    found = week(desk, NEXT)
    assert seat(found, TUESDAY, "staff")["account_id"] == guards[STAFF_2]
    left = seat(found, TUESDAY, "staff", 2)
    assert (left["account_id"], left["why"]) == (None, "emptied")
    kept = seat(found, "2026-12-02", "security")
    assert (kept["account_id"], kept["source"]) == (guards[SECURITY_2], "hand")
    assert seat(found, "2026-12-02", "security", 2)["account_id"] == guards[SECURITY_1]


def test_the_reasons_are_those_of_most_people(
    app: Flask, desk: Caller, district: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    school, guards = district.schools[0], district.guards[0]
    for guard in (guards[SECURITY_1], guards[SECURITY_2]):
        away = {"first_day": TUESDAY, "last_day": TUESDAY, "kind": "leave"}
        assert caller(guard).post("/api/me/absences", away).status_code == 201
    with app_store.transaction(clock.now()) as transaction:
        for guard, values in (
            (guards[STAFF_1], {"status": "suspended"}),
            (guards[STAFF_2], {"status": "pending"}),
            (guards[VOLUNTEER_1], {"school_id": district.schools[1]}),
        ):
            transaction.connection.execute(update(account).where(account.c.id == guard).values(**values))
    assert asked(desk, school).status_code == 200
    work_off(app)
    found = week(desk, NEXT)
    assert seat(found, TUESDAY, "security")["why"] == "away"
    assert seat(found, "2026-12-02", "security")["account_id"] is not None
    assert seat(found, TUESDAY, "staff")["why"] == "not_ready"
    # One volunteer is left: he takes one seat, and the other one stays open since he is there.
    monday = [seat(found, NEXT, "volunteer", number) for number in (1, 2)]
    assert [one["why"] for one in monday] in (["all_new", "elsewhere"], ["week_full", "week_full"])
    assert published(desk, NEXT, school).status_code == 200


def test_a_proposal_is_asked_for_by_who_plans_and_for_weeks_that_are_planned(
    desk: Caller, district: SmallDistrict, caller: SignIn
) -> None:
    school = district.schools[0]
    assert code(asked(desk, school, "2026-11-16")) == (409, "nothing_to_propose")
    assert code(asked(desk, school, "2027-05-31")) == (409, "nothing_to_propose")
    assert code(asked(desk, district.schools[1])) == (404, "not_found")
    assert code(asked(desk, school, TUESDAY)) == (404, "not_found")
    assert code(asked(desk, school, weeks=9)) == (422, "bad_input")
    assert code(asked(caller(district.consoles["dispatcher"]), school)) == (403, "not_your_role")


def test_what_is_over_is_not_filled(
    app: Flask, desk: Caller, district: SmallDistrict, clock: WoundClock
) -> None:
    clock.wind(minutes=30)
    assert asked(desk, district.schools[0], THIS).status_code == 200
    work_off(app)
    found = week(desk, THIS)
    assert seat(found, THIS, "staff")["account_id"] is None
    assert seat(found, "2026-11-24", "staff")["account_id"] is not None


def test_a_station_proposes_its_police(app: Flask, caller: SignIn, district: SmallDistrict) -> None:
    station = caller(district.consoles["station_officer"])
    assert asked(station, district.schools[0]).status_code == 200
    work_off(app)
    [post] = week(station, NEXT, district.schools[0])["posts"]
    filled = {one["group"] for one in post["seats"] if one["account_id"]}
    assert filled == {"police"}


def test_who_never_served_stands_only_beside_somebody_who_has(
    app: Flask, desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    school, guards, post = district.schools[0], district.guards[0], district.posts[0]
    # One volunteer has served; he has five duties a week at most, and ten peaks.
    put_on_duty(app_store, district, post=0, seats=[VOLUNTEER_1], now=clock.now())
    assert asked(desk, school).status_code == 200
    work_off(app)
    found = week(desk, NEXT)["posts"][0]["seats"]
    led = {(one["date"], one["peak"]) for one in found if one["account_id"] == guards[VOLUNTEER_1]}
    there = {(one["date"], one["peak"]) for one in found if one["account_id"] is not None}
    assert led == there
    assert len(led) == 5
    # Groups whose people are all new come where the volunteer comes.
    assert Counter(one["group"] for one in found if one["account_id"]) == {
        "volunteer": 10,
        "security": 10,
        "staff": 10,
    }
    left = {
        one["why"] for one in found if one["account_id"] is None and one["group"] in {"staff", "security"}
    }
    assert left == {"only_new"}
    # Whom a planner puts in by hand leads as well: a second press fills what was left there.
    on, peak = min({(one["date"], one["peak"]) for one in found} - there)
    by_hand = edit(post, on, "volunteer", guards[VOLUNTEER_1], peak=peak, version=1)
    assert planned(desk, by_hand, anyway=True).status_code == 200
    assert asked(desk, school).status_code == 200
    work_off(app)
    again = week(desk, NEXT)["posts"][0]["seats"]
    assert {
        one["why"]
        for one in again
        if (one["date"], one["peak"]) == (on, peak) and one["group"] in {"staff", "security"}
    } == {None}
