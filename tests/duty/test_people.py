"""People found by name: where they stand now, within the scope of who asks, and each look recorded."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.core.moments import moment
from server.duty.jobs import Openings
from server.duty.tables import check_in
from server.people.tables import account
from tests.duty.test_check_ins import body
from tests.duty.test_positions import agree, flush, here
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, count, put_on_duty

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def there(app_store: Store, district: SmallDistrict, clock: WoundClock) -> None:
    """Put a security guard and a police officer of the first post on duty, and a guard of the third who waits."""
    put_on_duty(app_store, district, post=0, seats=[SECURITY_1, POLICE], now=clock.now())
    put_on_duty(app_store, district, post=2, seats=[SECURITY_1], now=clock.now(), verified=False)


def found(one: Caller, name: str) -> dict[int, Any]:
    return {item["account_id"]: item["duty"] for item in one.get("/api/people", name=name).json["items"]}


@pytest.mark.usefixtures("there")
def test_who_is_on_duty_comes_first_with_post_and_standing(caller: SignIn, district: SmallDistrict) -> None:
    answer = caller(district.consoles["dispatcher"]).get("/api/people", name="测试").json
    first, waits = district.guards[0][SECURITY_1], district.guards[2][SECURITY_1]
    duties = {item["account_id"]: item["duty"] for item in answer["items"]}
    assert [item["duty"] is not None for item in answer["items"]] == [True] * 3 + [False] * 17
    assert answer["more"] is True
    assert (duties[first]["post_id"], duties[first]["verified"]) == (district.posts[0], True)
    assert (duties[waits]["post_id"], duties[waits]["verified"]) == (district.posts[2], False)
    assert "phone" not in str(answer)


def test_where_a_phone_on_duty_is_now_is_told_while_it_shares_it(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][SECURITY_1])
    fix = here(clock)
    assert guard.post("/api/check-ins", body(district.codes[0], clock.now())).status_code == 201
    clock.wind(seconds=20)
    guard.post("/api/positions", {"fixes": [here(clock, latitude=fix["latitude"] + 0.001)]})
    flush(app, clock)
    desk = caller(district.consoles["dispatcher"])
    place = found(desk, "测试13")[guard.account_id]["place"]
    assert place["distance_m"] == pytest.approx(108, abs=2)
    assert place["at"] == moment(clock.now())
    agree(guard, False)
    assert found(desk, "测试13")[guard.account_id]["place"] is None


@pytest.mark.usefixtures("there")
def test_a_duty_names_its_shift_and_is_found_after_it_until_it_ends(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = district.guards[0][SECURITY_1]
    clock.wind(minutes=61)
    list(Openings(app.extensions["huxue"].store, app.extensions["huxue"].limits).work(clock.now()))
    desk = caller(district.consoles["dispatcher"])
    lines = {one["post_id"]: one for one in desk.get("/api/coverage").json["posts"]}
    over = found(desk, "测试13")[guard]
    assert (over["peak"], over["date"]) == ("morning_arrival", "2026-11-23")
    assert lines[over["post_id"]]["state"] == "off_duty"
    post = desk.get(f"/api/coverage/{over['post_id']}").json
    assert post["people"] == []
    assert [one["account_id"] for one in post["staying"]] == [guard, district.guards[0][POLICE]]


@pytest.mark.usefixtures("there")
def test_each_console_finds_its_own_and_who_stands_at_its_posts(
    caller: SignIn, district: SmallDistrict
) -> None:
    """A school: its people, and the police at its gate; a station: its posts, and its police off duty."""
    school, station = (caller(district.consoles[role]) for role in ("school_admin", "station_officer"))
    officer, elsewhere = district.guards[0][POLICE], district.guards[2][SECURITY_1]
    assert found(school, "测试17")[officer]["post_id"] == district.posts[0]
    assert elsewhere not in found(school, "测试")
    assert elsewhere not in found(station, "测试")
    assert found(station, "测试13")[district.guards[0][SECURITY_1]]["post_id"] == district.posts[0]
    assert found(station, "测试14") == {}
    assert found(station, "测试27") == {district.guards[1][POLICE]: None}


@pytest.mark.usefixtures("there")
def test_who_stands_outside_the_scope_is_not_told_apart_from_who_stands_nowhere(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    officer = district.guards[1][POLICE]
    put_on_duty(app_store, district, post=1, seats=[POLICE], now=clock.now())
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(check_in).where(check_in.c.account_id == officer).values(post_id=district.posts[2])
        )
    station = caller(district.consoles["station_officer"])
    assert found(station, "测试27") == {officer: None}


def test_guards_and_auditors_find_nobody(caller: SignIn, district: SmallDistrict) -> None:
    for nobody in (district.guards[0][0], district.consoles["auditor"]):
        answer = caller(nobody).get("/api/people", name="测试")
        assert (answer.status_code, answer.json["code"]) == (403, "not_your_role")


@pytest.mark.usefixtures("there")
def test_each_search_that_finds_somebody_is_recorded_and_pages_are_few(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    desk = caller(district.consoles["dispatcher"])
    assert desk.get("/api/people", name="z").json["code"] == "name_too_short"
    assert found(desk, "没有这个人") == {}
    assert count(app_store, audit_row, act="find_people") == 0
    assert len(found(desk, "测试13")) == 1
    with app_store.read() as connection:
        facts = connection.execute(
            select(audit_row.c.facts).where(audit_row.c.act == "find_people")
        ).scalar_one()
    assert facts == {"name": "测试13", "people": 1}
    codes = {desk.get("/api/people", name="没有这个人").status_code for _again in range(60)}
    assert codes == {200, 429}


def test_a_station_finds_its_police_once_and_nobody_who_was_handed_on_to_another(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    elsewhere, mine = district.guards[2][SECURITY_1], district.guards[0][SECURITY_1]
    with app_store.transaction(clock.now()) as transaction:
        handed = update(account).where(account.c.id.in_([elsewhere, mine])).values(handed_on_at=clock.now())
        transaction.connection.execute(handed)
    answer = caller(district.consoles["station_officer"]).get("/api/people", name="测试").json["items"]
    people = [item["account_id"] for item in answer]
    assert len(people) == len(set(people))
    assert mine in people
    assert elsewhere not in people
    assert {one for one in people if one != mine} <= {guards[POLICE] for guards in district.guards}


@pytest.mark.parametrize("role", ["school_admin", "station_officer"])
def test_a_console_whose_place_was_taken_away_lists_and_finds_nobody(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock, role: str
) -> None:
    desk = caller(district.consoles[role])
    with app_store.transaction(clock.now()) as transaction:
        nowhere = (
            update(account).where(account.c.id == desk.account_id).values(school_id=None, station_id=None)
        )
        transaction.connection.execute(nowhere)
        # Guards without a place of their own, such as police that no station has taken yet, are not theirs either.
        everybody = update(account).where(account.c.role == "guard").values(school_id=None, station_id=None)
        transaction.connection.execute(everybody)
    assert desk.get("/api/people", name="测试").json["items"] == []
    assert desk.get("/api/guards").json["items"] == []


@pytest.mark.usefixtures("there")
def test_the_last_four_digits_of_a_telephone_find_people_of_the_scope_alone(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    """Of ``19900000002``: at the live page with where he stands, on the page of people with the number masked."""
    guard, digits = district.guards[0][SECURITY_1], f"00{SECURITY_1:02}"
    desk, school = caller(district.consoles["dispatcher"]), caller(district.consoles["school_admin"])
    assert found(desk, digits)[guard]["post_id"] == district.posts[0]
    assert list(found(desk, "００" + digits[2:])) == [guard]
    listed = desk.get("/api/guards", name=digits).json["items"]
    assert [(one["id"], one["phone_masked"]) for one in listed] == [(guard, f"199****{digits}")]
    assert found(desk, "0" + digits) == {}
    assert found(desk, digits[1:]) == {}
    elsewhere = f"02{SECURITY_1:02}"
    assert list(found(desk, elsewhere)) == [district.guards[2][SECURITY_1]]
    assert found(school, elsewhere) == {}
    assert school.get("/api/guards", name=elsewhere).json["items"] == []
    with app_store.read() as connection:
        query = select(audit_row.c.facts).where(audit_row.c.act == "find_people")
        assert list(connection.execute(query).scalars()) == [{"ending": True, "people": 1}] * 4


@pytest.mark.usefixtures("there")
def test_a_guard_finds_nobody_by_digits_and_a_console_no_more_pages_than_by_name(
    caller: SignIn, district: SmallDistrict
) -> None:
    leader = caller(district.guards[0][SECURITY_1])
    assert leader.get("/api/guards", name="测试1").json["items"]
    assert leader.get("/api/guards", name=f"00{POLICE:02}").json["items"] == []
    desk = caller(district.consoles["dispatcher"])
    codes = {desk.get("/api/people", name="9999").status_code for _again in range(61)}
    assert codes == {200, 429}


@pytest.mark.usefixtures("there")
def test_a_page_of_a_post_that_asks_again_adds_a_row_once_an_hour(
    app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    desk, planned_alone = caller(district.consoles["dispatcher"]), district.posts[1]
    for _look in range(3):
        assert desk.get(f"/api/coverage/{district.posts[0]}").status_code == 200
        assert desk.get(f"/api/coverage/{planned_alone}").status_code == 200
        clock.wind(minutes=1)
    assert count(app_store, audit_row, act="see_people") == 2
    clock.wind(minutes=61)
    desk.get(f"/api/coverage/{district.posts[0]}")
    assert count(app_store, audit_row, act="see_people") == 3
