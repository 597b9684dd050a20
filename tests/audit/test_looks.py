"""Who looked at a guard: he sees each look at his telephone with its reason, all others by day, and nobody else's."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from server.audit.queries.looks import Look, by_day
from server.core.audit import audit_look
from server.core.database.transaction import Store
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, put_on_duty

SignIn = Callable[[int | None], Caller]


def looks(one: Caller, **asked: Any) -> list[tuple[Any, ...]]:
    items = one.get("/api/me/looks", **asked).json["items"]
    return [(look["act"], look["role"], look["place"], look["reason"], look["alarm_id"]) for look in items]


def test_each_look_at_his_telephone_is_shown_to_him_alone(caller: SignIn, district: SmallDistrict) -> None:
    mine, other = caller(district.guards[0][0]), caller(district.guards[0][1])
    path = f"/api/guards/{district.guards[0][0]}/telephone"
    assert looks(mine) == []
    caller(district.consoles["dispatcher"]).post(path, {"reason": "absent"})
    caller(district.consoles["school_admin"]).post(path, {"reason": "out_of_reach"})
    assert looks(mine) == [
        ("see_telephone", "school_admin", "青禾第1小学", "out_of_reach", None),
        ("see_telephone", "dispatcher", None, "absent", None),
    ]
    assert looks(other) == []
    first = mine.get("/api/me/looks", limit=1).json
    assert [one["reason"] for one in first["items"]] == ["out_of_reach"]
    second = mine.get("/api/me/looks", limit=1, cursor=first["next"]).json
    assert ([one["reason"] for one in second["items"]], second["next"]) == (["absent"], None)
    for role in ("dispatcher", "auditor"):
        assert code(caller(district.consoles[role]).get("/api/me/looks")) == (403, "not_your_role")


def test_a_request_that_is_kept_and_sent_again_for_days_is_a_look_each_time(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = district.guards[0][0]
    desk, mine = caller(district.consoles["dispatcher"]), caller(guard)
    asked = {"request_id": str(uuid4()), "reason": "absent"}
    for shown in (1, 1, 2, 2, 3):
        assert desk.post(f"/api/guards/{guard}/telephone", asked).json["telephone"] == "19900000000"
        assert len(looks(mine)) == shown
        clock.wind(seconds=61)
    # No more of them than of others.
    codes = [
        desk.post(f"/api/guards/{guard}/telephone", {"reason": "absent"}).status_code for _again in range(120)
    ]
    assert codes[-1] == 429
    clock.wind(minutes=3)
    assert code(desk.post(f"/api/guards/{guard}/telephone", asked)) == (429, "too_many")


def test_a_look_at_an_alarm_has_the_alarm_as_its_reason(
    caller: SignIn, district: SmallDistrict, team: list[list[int]]
) -> None:
    alarm = caller(team[0][0]).post("/api/alarms").json
    shown = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{alarm['id']}/people").json["people"]
    seen = [one["account_id"] for one in shown if one["telephone"]]
    assert team[0][0] in seen
    for number in seen:
        assert looks(caller(number)) == [("see_telephones", "dispatcher", None, None, alarm["id"])]


def test_a_desk_that_asks_again_for_the_people_of_an_alarm_has_looked_once_an_hour(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, team: list[list[int]]
) -> None:
    alarm = caller(team[0][0]).post("/api/alarms").json
    desk, mine = caller(district.consoles["dispatcher"]), caller(team[0][0])
    for _again in range(4):
        assert desk.get(f"/api/alarms/{alarm['id']}/people").status_code == 200
        clock.wind(minutes=10)
    caller(district.consoles["station_officer"]).get(f"/api/alarms/{alarm['id']}/people")
    assert [one[1] for one in looks(mine)] == ["station_officer", "dispatcher"]
    clock.wind(minutes=30)
    desk.get(f"/api/alarms/{alarm['id']}/people")
    assert [one[1] for one in looks(mine)] == ["dispatcher", "station_officer", "dispatcher"]


def days(one: Caller, **asked: Any) -> list[tuple[Any, ...]]:
    items = one.get("/api/me/look-days", **asked).json["items"]
    return [(look["day"], look["act"], look["role"], look["place"], look["times"]) for look in items]


def test_another_reason_is_shown_to_him_in_the_words_of_the_desk(
    caller: SignIn, district: SmallDistrict
) -> None:
    desk, path = caller(district.consoles["dispatcher"]), f"/api/guards/{district.guards[0][0]}/telephone"
    assert code(desk.post(path, {"reason": "other"})) == (422, "words_needed")
    assert desk.post(path, {"reason": "other", "words": "钥匙落在门卫室"}).status_code == 200
    assert desk.post(path, {"reason": "identity", "words": "不用"}).status_code == 200
    items = caller(district.guards[0][0]).get("/api/me/looks").json["items"]
    assert [(one["reason"], one["words"]) for one in items] == [
        ("identity", None),
        ("other", "钥匙落在门卫室"),
    ]


def test_looks_without_his_telephone_are_counted_by_the_day_of_his_district(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    put_on_duty(app_store, district, post=0, seats=[SECURITY_1, POLICE], now=clock.now())
    guard = caller(district.guards[0][SECURITY_1])
    desk, school = caller(district.consoles["dispatcher"]), caller(district.consoles["school_admin"])
    desk.get("/api/people", name="测试13")
    desk.get("/api/guards", name="测试13")
    # A page that is open asks again and again: one look an hour.
    for _again in range(3):
        assert desk.get(f"/api/coverage/{district.posts[0]}").status_code == 200
        clock.wind(seconds=60)
    assert school.get(f"/api/coverage/{district.posts[0]}").status_code == 200
    assert days(guard) == [
        ("2026-11-23", "see_people", "school_admin", "青禾第1小学", 1),
        ("2026-11-23", "see_people", "dispatcher", None, 1),
        ("2026-11-23", "find_people", "dispatcher", None, 2),
    ]
    assert looks(guard) == []
    clock.wind(minutes=60)
    desk.get(f"/api/coverage/{district.posts[0]}")
    assert days(guard)[0] == ("2026-11-23", "see_people", "dispatcher", None, 2)
    clock.wind(minutes=24 * 60)
    desk.get("/api/people", name="测试13")
    assert days(guard)[0] == ("2026-11-24", "find_people", "dispatcher", None, 1)
    assert {act for _day, act, _role, _place, _times in days(caller(district.guards[1][0]))} == set()
    assert code(desk.get("/api/me/look-days")) == (403, "not_your_role")


def test_the_map_and_the_register_are_no_looks_at_somebody(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    put_on_duty(app_store, district, post=0, seats=[SECURITY_1], now=clock.now())
    desk = caller(district.consoles["dispatcher"])
    assert desk.get("/api/positions", south=-90, west=-180, north=90, east=180).status_code == 200
    assert desk.get("/api/guards", status="approved", limit=100).status_code == 200
    assert days(caller(district.guards[0][SECURITY_1])) == []


def a_look(number: int, day: int) -> tuple[date, Look]:
    at = datetime(2026, 11, day, 8, tzinfo=UTC)
    return at.date(), Look(number, at, "see_people", {}, "dispatcher", None, None, as_of_today=False)


def test_a_page_of_days_ends_with_a_whole_day_unless_one_alone_is_longer() -> None:
    rows = [a_look(9, 24), a_look(8, 24), a_look(7, 23), a_look(6, 23)]
    counted, left = by_day(rows, 3)
    assert (list(counted.values()), left) == ([2], 8)
    assert by_day(rows, 4)[1] is None
    counted, left = by_day([a_look(number, 24) for number in (9, 8, 7)], 2)
    assert (list(counted.values()), left) == ([2], 8)


def test_a_look_keeps_the_role_and_place_of_its_time_and_an_old_one_says_that_it_has_todays(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    guard = district.guards[0][SECURITY_1]
    put_on_duty(app_store, district, post=0, seats=[SECURITY_1], now=clock.now())
    desk, officer = caller(district.consoles["dispatcher"]), district.consoles["station_officer"]
    for one in (desk, caller(officer)):
        one.post(f"/api/guards/{guard}/telephone", {"reason": "absent"})
        one.get(f"/api/coverage/{district.posts[0]}")
    of_then = {("station_officer", "第1派出所", False), ("dispatcher", None, False)}
    assert told(caller(guard)) == of_then
    with app_store.transaction(clock.now()) as transaction:
        moved = {"role": "school_admin", "station_id": None, "school_id": district.schools[1]}
        transaction.connection.execute(update(account).where(account.c.id == officer).values(moved))
    assert told(caller(guard)) == of_then
    with app_store.transaction(clock.now()) as transaction:
        # As a program of before wrote them.
        old = {"role": None, "station_id": None, "school_id": None}
        transaction.connection.execute(update(audit_look).values(old))
    assert told(caller(guard)) == {("school_admin", "青禾第2小学", True), ("dispatcher", None, True)}


def told(one: Caller) -> set[tuple[str, str | None, bool]]:
    """Give who looked by the list and by the days, which say the same."""
    found = [
        {(look["role"], look["place"], look["as_of_today"]) for look in one.get(path).json["items"]}
        for path in ("/api/me/looks", "/api/me/look-days")
    ]
    assert found[0] == found[1]
    return found[0]
