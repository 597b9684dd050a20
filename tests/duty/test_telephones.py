"""Ringing up who has not come: the number is shown to those in whose scope he is, and the look is recorded."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select

from server.calendar.tables import published_duty
from server.core import audit
from server.core.database.transaction import Store
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


def looks(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as connection:
        row = audit.audit_row.c
        query = select(row.actor_id, row.subject_id, row.facts).where(row.act == "see_telephone")
        return [tuple(one) for one in connection.execute(query.order_by(row.id))]


@pytest.mark.parametrize("role", ["dispatcher", "district_admin", "station_officer", "school_admin"])
def test_who_is_responsible_for_a_guard_sees_his_number_and_is_recorded(
    caller: SignIn, district: SmallDistrict, app_store: Store, role: str
) -> None:
    guard, desk = district.guards[0][0], district.consoles[role]
    answer = caller(desk).post(f"/api/guards/{guard}/telephone", {"reason": "absent"})
    assert (answer.status_code, answer.json["account_id"]) == (200, guard)
    assert answer.json["telephone"].isdigit()
    assert looks(app_store) == [(desk, guard, {"reason": "absent"})]


def test_the_same_request_again_is_one_look(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    body = {"request_id": "4d2a6f3e-7e7a-4a9e-9d29-5a8a0f1c2b3d", "reason": "out_of_reach"}
    desk, path = caller(district.consoles["dispatcher"]), f"/api/guards/{district.guards[0][0]}/telephone"
    assert desk.post(path, body).json == desk.post(path, body).json
    assert len(looks(app_store)) == 1
    assert code(desk.post(path, {**body, "reason": "absent"})) == (409, "request_id_reused")


def test_outside_the_scope_there_is_nobody(caller: SignIn, district: SmallDistrict, app_store: Store) -> None:
    school = caller(district.consoles["school_admin"])
    foreign = [team[2] for team in district.guards[1:]]
    answers = [school.post(f"/api/guards/{one}/telephone", {"reason": "absent"}) for one in foreign]
    assert {code(answer) for answer in answers} == {(404, "not_found")}
    desk = caller(district.consoles["dispatcher"])
    console = district.consoles["school_admin"]
    assert code(desk.post(f"/api/guards/{console}/telephone", {"reason": "absent"})) == (404, "not_found")
    assert desk.post(f"/api/guards/{district.guards[0][0]}/telephone", {"reason": "bored"}).status_code == 422
    assert looks(app_store) == []


def test_a_register_cannot_be_copied_number_by_number(caller: SignIn, district: SmallDistrict) -> None:
    desk, path = caller(district.consoles["dispatcher"]), f"/api/guards/{district.guards[0][0]}/telephone"
    answers = [desk.post(path, {"reason": "absent"}).status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]


def test_a_station_rings_up_whom_a_plan_of_these_days_puts_at_its_post(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    station, elsewhere = caller(district.consoles["station_officer"]), district.guards[2][0]

    def asked() -> int:
        return station.post(f"/api/guards/{elsewhere}/telephone", {"reason": "absent"}).status_code

    assert asked() == 404
    duty = {"post_id": district.posts[0], "date": clock.now().date(), "peak": "morning_arrival"}
    seat = {"seat_group": "staff", "seat": 1, "account_id": elsewhere, "published_at": clock.now()}
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(insert(published_duty).values({**duty, **seat}))
    assert asked() == 200
    clock.wind(minutes=8 * 24 * 60)
    later = caller(district.consoles["station_officer"])
    assert later.post(f"/api/guards/{elsewhere}/telephone", {"reason": "absent"}).status_code == 404
