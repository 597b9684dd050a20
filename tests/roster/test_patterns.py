"""A school writes down once who comes each week; filling drafts coming weeks, and is taken back with one press."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from server.core.database.transaction import Store
from server.people.tables import account
from server.places.tables import calendar_day, post
from server.roster.tables import duty_pattern
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, STAFF_1, STAFF_2, VOLUNTEER_1
from tests.tools.plans import AFTERNOON_PEAK, MORNING_PEAK, edit, planned, published, seat, week

SignIn = Callable[[int | None], Caller]
# The test's Monday is 2026-11-23, 07:15.
THIS, NEXT = "2026-11-23", "2026-11-30"
MONDAY_TO_FRIDAY = 31


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def made(district: SmallDistrict) -> Callable[..., dict[str, Any]]:
    def body(guard: int, **told: Any) -> dict[str, Any]:
        values = {"post_id": district.posts[0], "peak": MORNING_PEAK, "account_id": guard, "in_weeks": "all"}
        return {**values, "weekdays": MONDAY_TO_FRIDAY, "starts_on": THIS, **told}

    return body


def filled(desk: Caller, school: int, weeks: int = 1, monday: str = NEXT) -> Any:
    answer = desk.post("/api/roster/fillings", {"school_id": school, "week": monday, "weeks": weeks})
    assert answer.status_code == 200, answer.json
    return answer.json


def test_who_comes_each_morning_is_drafted_for_four_weeks_and_nobody_is_told(
    desk: Caller, district: SmallDistrict, made: Callable[..., dict[str, Any]], caller: SignIn
) -> None:
    school, guard = district.schools[0], district.guards[0][STAFF_1]
    asked = {"school_id": school, "week": NEXT, "weeks": 4}
    assert code(desk.post("/api/roster/fillings", asked)) == (409, "no_patterns")
    assert desk.post("/api/roster/patterns", made(guard, ends_on="2026-12-16")).status_code == 200
    answer = filled(desk, school, 4)
    assert (answer["seats"], answer["left"], answer["more"]) == (13, [], 0)
    shown = seat(week(desk, NEXT), "2026-12-01", "staff")
    assert (shown["account_id"], shown["source"], shown["published_id"]) == (guard, "pattern", None)
    assert seat(week(desk, "2026-12-14"), "2026-12-17", "staff")["account_id"] is None
    assert filled(desk, school, 4)["seats"] == 0
    assert caller(guard).get("/api/me/duties").json["items"] == []  # type: ignore[index]


def test_a_and_b_weeks_take_turns(
    desk: Caller, district: SmallDistrict, made: Callable[..., dict[str, Any]]
) -> None:
    school, guards = district.schools[0], district.guards[0]
    letter = desk.get("/api/roster/patterns").json["letter"]  # type: ignore[index]
    for guard, weeks in ((STAFF_1, "a"), (STAFF_2, "b")):
        assert desk.post("/api/roster/patterns", made(guards[guard], in_weeks=weeks)).status_code == 200
    assert filled(desk, school, 2)["seats"] == 10
    comes = [seat(week(desk, monday), monday, "staff")["account_id"] for monday in (NEXT, "2026-12-07")]
    # The next week has the other letter than this one.
    assert comes == [
        guards[STAFF_2 if letter == "a" else STAFF_1],
        guards[STAFF_1 if letter == "a" else STAFF_2],
    ]


def test_what_a_person_touched_stays_and_what_stays_open_is_said(
    desk: Caller,
    district: SmallDistrict,
    made: Callable[..., dict[str, Any]],
    app_store: Store,
    clock: WoundClock,
) -> None:
    site, school, guards = district.posts[0], district.schools[0], district.guards[0]
    # Monday both seats are somebody's or emptied by hand, Tuesday he has the second one himself.
    assert planned(desk, edit(site, NEXT, "staff", guards[STAFF_2])).status_code == 200
    assert planned(desk, edit(site, NEXT, "staff", guards[STAFF_1], number=2)).status_code == 200
    assert planned(desk, edit(site, NEXT, "staff", None, number=2, version=1)).status_code == 200
    assert planned(desk, edit(site, "2026-12-01", "staff", guards[STAFF_1], number=2)).status_code == 200
    desk.post("/api/roster/patterns", made(guards[STAFF_1]))
    desk.post("/api/roster/patterns", made(guards[SECURITY_1]))
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == guards[SECURITY_1]
        transaction.connection.execute(update(account).where(his).values(status="suspended"))
    answer = filled(desk, school)
    assert answer["seats"] == 3
    staff, security = (
        [one for one in answer["left"] if one["group"] == group] for group in ("staff", "security")
    )
    assert [(one["date"], one["name"], one["why"]) for one in staff] == [(NEXT, "测试11", "emptied")]
    assert {one["why"] for one in security} == {"person_suspended"}
    assert len(security) == 5
    found = week(desk, NEXT)
    assert [seat(found, NEXT, "staff", n)["account_id"] for n in (1, 2)] == [guards[STAFF_2], None]
    assert seat(found, "2026-12-01", "staff")["account_id"] is None
    shown = desk.get("/api/roster/patterns").json["items"]  # type: ignore[index]
    assert [one["problems"] for one in shown] == [[], ["person_suspended"]]


def test_one_press_takes_back_what_one_press_put_in_and_only_that(
    desk: Caller, district: SmallDistrict, made: Callable[..., dict[str, Any]]
) -> None:
    site, school, guards = district.posts[0], district.schools[0], district.guards[0]
    assert planned(desk, edit(site, "2026-11-25", "volunteer", guards[VOLUNTEER_1])).status_code == 200
    desk.post("/api/roster/patterns", made(guards[STAFF_1]))
    copied = desk.post("/api/roster/copies", {"school_id": school, "week": NEXT}).json
    batch = filled(desk, school)["batch"]
    # Friday is somebody else's by hand since.
    shown = seat(week(desk, NEXT), "2026-12-04", "staff")
    changed = edit(site, "2026-12-04", "staff", guards[STAFF_2], version=shown["version"])
    assert planned(desk, changed).status_code == 200
    back = {"school_id": school, "batch": batch}
    assert desk.post("/api/roster/taking-back", back).json == {"seats": 4, "over": 0}
    found = week(desk, NEXT)
    assert seat(found, "2026-12-04", "staff")["account_id"] == guards[STAFF_2]
    assert seat(found, "2026-12-02", "volunteer")["account_id"] == guards[VOLUNTEER_1]
    open_again = seat(found, NEXT, "staff")
    assert (open_again["account_id"], open_again["why"]) == (None, None)
    assert desk.post("/api/roster/taking-back", back).json == {"seats": 0, "over": 0}
    # They are open as before: a further press fills them again, and on Friday the other seat.
    assert filled(desk, school)["seats"] == 5
    assert copied is not None
    back = {"school_id": school, "batch": copied["batch"]}
    assert desk.post("/api/roster/taking-back", back).json == {"seats": 1, "over": 0}


def test_a_seat_that_was_emptied_by_hand_is_not_copied_into_and_one_that_was_undone_is(
    desk: Caller, district: SmallDistrict
) -> None:
    site, school, guard = district.posts[0], district.schools[0], district.guards[0][STAFF_1]
    for on in ("2026-11-24", "2026-12-01"):
        assert planned(desk, edit(site, on, "staff", guard)).status_code == 200
    assert planned(desk, edit(site, "2026-12-01", "staff", None, version=1)).status_code == 200
    copied = desk.post("/api/roster/copies", {"school_id": school, "week": NEXT}).json
    assert copied["seats"] == 0  # type: ignore[index]
    assert [(one["name"], one["conflict"]) for one in copied["left"]] == [("测试11", "emptied")]  # type: ignore[index]
    assert planned(desk, edit(site, "2026-12-01", "staff", guard, version=2)).status_code == 200
    undone = {**edit(site, "2026-12-01", "staff", None, version=3), "on_purpose": False}
    assert planned(desk, undone).status_code == 200
    assert desk.post("/api/roster/copies", {"school_id": school, "week": NEXT}).json["seats"] == 1  # type: ignore[index]


def test_patterns_that_name_one_person_twice_or_nobody_are_refused_whole(
    desk: Caller,
    district: SmallDistrict,
    made: Callable[..., dict[str, Any]],
    caller: SignIn,
    clock: WoundClock,
) -> None:
    guards = district.guards[0]
    first = desk.post("/api/roster/patterns", made(guards[STAFF_1])).json["id"]  # type: ignore[index]
    again = desk.post("/api/roster/patterns", made(guards[STAFF_1], weekdays=4))
    assert code(again) == (409, "pattern_overlaps")
    assert again.json["facts"] == {  # type: ignore[index]
        "name": "测试11", "date": "2026-11-25", "peak": MORNING_PEAK, "post_name": "青禾第1小学 南门",
    }  # fmt: skip
    assert code(desk.post("/api/roster/patterns", made(guards[STAFF_2], ends_on="2026-11-22"))) == (
        422,
        "bad_pattern",
    )
    assert code(desk.post("/api/roster/patterns", made(guards[STAFF_2], peak="night"))) == (
        409,
        "no_such_seat",
    )
    assert code(desk.post("/api/roster/patterns", made(district.guards[1][STAFF_1]))) == (404, "not_found")
    assert code(desk.post("/api/roster/patterns", made(guards[POLICE]))) == (404, "not_found")
    admin = caller(district.consoles["district_admin"])
    assert code(admin.post("/api/roster/patterns", made(district.guards[1][STAFF_1]))) == (409, "other_unit")
    # In place of the first one it stands; the first is gone then.
    [shown] = desk.get("/api/roster/patterns").json["items"]  # type: ignore[index]
    seen = {"replaces": first, "changed_at": shown["changed_at"]}
    clock.wind(minutes=1)
    body = made(guards[STAFF_1], weekdays=4, peak=AFTERNOON_PEAK, **seen)
    second = desk.post("/api/roster/patterns", body).json["id"]  # type: ignore[index]
    assert code(desk.post("/api/roster/patterns", body)) == (409, "plan_changed")
    [left] = desk.get("/api/roster/patterns").json["items"]  # type: ignore[index]
    assert (left["id"], left["weekdays"], left["peak"]) == (second, 4, AFTERNOON_PEAK)
    removal = f"/api/roster/patterns/{second}/removal"
    assert code(desk.post(removal, {"changed_at": shown["changed_at"]})) == (409, "plan_changed")
    assert desk.post(removal, {"changed_at": left["changed_at"]}).status_code == 200
    assert code(desk.post(removal, {"changed_at": left["changed_at"]})) == (404, "not_found")


def test_a_school_sees_of_police_what_stands_and_the_station_writes_it(
    desk: Caller, district: SmallDistrict, made: Callable[..., dict[str, Any]], caller: SignIn
) -> None:
    school, officer = district.schools[0], caller(district.consoles["station_officer"])
    found = officer.get("/api/roster/patterns/people", school_id=school).json["items"]  # type: ignore[index]
    assert district.guards[0][POLICE] in {one["account_id"] for one in found}
    number = officer.post("/api/roster/patterns", made(district.guards[0][POLICE])).json["id"]  # type: ignore[index]
    [shown] = desk.get("/api/roster/patterns").json["items"]  # type: ignore[index]
    assert (shown["name"], shown["mine"]) == (None, False)
    removal = {"changed_at": shown["changed_at"]}
    assert code(desk.post(f"/api/roster/patterns/{number}/removal", removal)) == (403, "not_your_role")
    assert filled(desk, school)["seats"] == 0
    assert filled(officer, school)["seats"] == 5
    mine = desk.get("/api/roster/patterns/people", school_id=school, text="测试1").json["items"]  # type: ignore[index]
    assert len(mine) == 6
    far = officer.get("/api/roster/patterns", school_id=district.schools[2])
    assert code(far) == (404, "not_found")


def test_a_shift_that_has_begun_is_left_alone(
    desk: Caller, district: SmallDistrict, made: Callable[..., dict[str, Any]], clock: WoundClock
) -> None:
    clock.wind(minutes=10)
    desk.post("/api/roster/patterns", made(district.guards[0][STAFF_1]))
    assert filled(desk, district.schools[0], monday=THIS)["seats"] == 4
    assert seat(week(desk, THIS), THIS, "staff")["account_id"] is None


def test_a_school_that_closed_has_no_patterns_and_nothing_is_filled(
    desk: Caller,
    district: SmallDistrict,
    made: Callable[..., dict[str, Any]],
    caller: SignIn,
    app_store: Store,
) -> None:
    desk.post("/api/roster/patterns", made(district.guards[0][STAFF_1]))
    admin = caller(district.consoles["district_admin"])
    schools = admin.get("/api/places/schools").json["items"]  # type: ignore[index]
    row = next(one for one in schools if one["id"] == district.schools[0])
    body = {"version": row["version"], "archived": True, "reason": "并校"}
    answer = admin.post(f"/api/places/schools/{row['id']}/archiving", body)
    assert answer.status_code == 200, answer.json
    with app_store.read() as connection:
        assert connection.execute(select(duty_pattern.c.id)).all() == []
        assert connection.execute(
            select(post.c.archived_at).where(post.c.id == district.posts[0])
        ).scalar_one()
    asked = {"school_id": district.schools[0], "week": NEXT, "weeks": 1}
    assert code(desk.post("/api/roster/fillings", asked)) == (404, "not_found")


def test_a_plan_with_a_filling_is_published_as_any_other(
    desk: Caller, district: SmallDistrict, made: Callable[..., dict[str, Any]]
) -> None:
    desk.post("/api/roster/patterns", made(district.guards[0][STAFF_1]))
    filled(desk, district.schools[0])
    assert published(desk, NEXT, district.schools[0]).json["given"] == 5  # type: ignore[index]


def test_of_whoever_belongs_elsewhere_by_now_no_filling_tells_the_name(
    desk: Caller,
    district: SmallDistrict,
    made: Callable[..., dict[str, Any]],
    app_store: Store,
    clock: WoundClock,
) -> None:
    """Neither where the timetable has his peak no more, nor of a day that is made up."""
    guards, school = district.guards[0], district.schools[0]
    for guard, told in ((STAFF_1, {}), (STAFF_2, {"weekdays": 4}), (SECURITY_1, {"peak": AFTERNOON_PEAK})):
        assert desk.post("/api/roster/patterns", made(guards[guard], **told)).status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        theirs = account.c.id.in_([guards[STAFF_1], guards[STAFF_2], guards[SECURITY_1]])
        connection.execute(update(account).where(theirs).values(school_id=district.schools[2]))
        gone = duty_pattern.c.account_id == guards[SECURITY_1]
        connection.execute(update(duty_pattern).where(gone).values(peak="evening"))
        day = {"district_id": district.district_id, "date": date(2026, 12, 5), "school_day": True}
        connection.execute(insert(calendar_day).values(**day, name="补课"))
    left = filled(desk, school)["left"]
    assert {(one["name"], one["why"]) for one in left} == {(None, "other_unit")}
    assert "2026-12-05" in {one["date"] for one in left}
    assert "evening" in {one["peak"] for one in left}
