"""Responses over HTTP: going, there, declining, coming after all; the console adds and releases."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from server.core import audit
from server.core.database.sealing import telephones
from server.core.database.transaction import Store
from server.duty.tables import check_in
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, STEP, SmallDistrict
from tests.tools.duty import (
    POLICE,
    SECURITY_1,
    SECURITY_2,
    STAFF_1,
    answer_of,
    asked,
    count,
    put_on_duty,
    suspend,
)

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def alarm(caller: SignIn, team: list[list[int]]) -> dict[str, Any]:
    """Let the duty leader of the first post raise an alarm."""
    told: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    return told


def test_going_acknowledges_and_meets_the_first_target(
    caller: SignIn, team: list[list[int]], alarm: dict[str, Any], clock: WoundClock
) -> None:
    path = f"/api/alarms/{alarm['id']}/responses"
    clock.wind(seconds=12)
    told = caller(team[0][1]).post(path, {"state": "responding"}).json
    assert (told["acknowledged_by"], told["acknowledged_at"]) == (team[0][1], "2026-11-22T23:15:12.000Z")
    assert [tier["met_by"] for tier in told["tiers"]] == [team[0][1], None, None]
    mine = answer_of(told, team[0][1])
    assert (mine["state"], mine["responded_at"], mine["answer_due_at"]) == (
        "responding",
        "2026-11-22T23:15:12.000Z",
        None,
    )
    neighbour = asked(alarm, tier=2)[0]
    told = caller(neighbour).post(path, {"state": "on_scene"}).json
    assert [tier["met_by"] for tier in told["tiers"]] == [team[0][1], neighbour, None]
    assert told["acknowledged_by"] == team[0][1]
    officer = asked(alarm, tier=3)[0]
    told = caller(officer).post(path, {"state": "on_scene"}).json
    assert told["tiers"][2]["met_by"] == officer
    told = caller(officer).post(path, {"state": "left"}).json
    assert (answer_of(told, officer)["state"], told["tiers"][2]["met_by"]) == ("left", officer)
    assert code(caller(officer).post(path, {"state": "responding"})) == (409, "response_not_possible")


def test_who_pressed_as_well_is_no_other_human(
    caller: SignIn, team: list[list[int]], alarm: dict[str, Any], clock: WoundClock
) -> None:
    path = f"/api/alarms/{alarm['id']}/responses"
    presser, other = caller(team[0][1]), caller(team[0][2])
    assert presser.post("/api/alarms").json["id"] == alarm["id"]
    told = presser.post(path, {"state": "responding"}).json
    assert answer_of(told, team[0][1])["state"] == "responding"
    assert (told["acknowledged_by"], told["tiers"][0]["met_by"]) == (None, None)
    told = other.post(path, {"state": "responding"}).json
    assert (told["acknowledged_by"], told["tiers"][0]["met_by"]) == (team[0][2], team[0][2])


def test_the_same_answer_twice_changes_nothing(
    caller: SignIn, team: list[list[int]], alarm: dict[str, Any]
) -> None:
    helper = caller(team[0][1])
    first = helper.post(f"/api/alarms/{alarm['id']}/responses", {"state": "responding"}).json
    assert helper.post(f"/api/alarms/{alarm['id']}/responses", {"state": "responding"}).json == first


def test_who_declines_or_withdraws_is_replaced_and_may_come_after_all(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock, team: list[list[int]]
) -> None:
    put_on_duty(app_store, district, post=2, seats=[SECURITY_2], now=clock.now())
    spare = put_on_duty(app_store, district, post=1, seats=[SECURITY_2], now=clock.now())[0]
    told = caller(team[0][0]).post("/api/alarms").json
    path = f"/api/alarms/{told['id']}/responses"
    security = [one for one in told["responses"] if (one["tier"], one["group"]) == (2, "security")]
    assert len(security) == 2
    first = security[0]
    told = caller(first["account_id"]).post(path, {"state": "declined"}).json
    added = [one for one in told["responses"] if one["replaces"] == first["id"]]
    assert [(one["tier"], one["group"], one["state"]) for one in added] == [(2, "security", "notified")]
    assert told["acknowledged_at"] is None, "to decline is no acknowledgement"
    told = caller(first["account_id"]).post(path, {"state": "responding"}).json
    assert answer_of(told, first["account_id"])["state"] == "responding"
    assert answer_of(told, first["account_id"])["ended_at"] is None
    told = caller(first["account_id"]).post(path, {"state": "withdrawn"}).json
    assert answer_of(told, first["account_id"])["state"] == "withdrawn"
    assert spare in asked(told) or told["shortages"]


def test_only_those_asked_answer(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], alarm: dict[str, Any], app_store: Store
) -> None:
    path = f"/api/alarms/{alarm['id']}/responses"
    assert code(caller(team[0][0]).post(path, {"state": "responding"})) == (403, "not_asked")
    assert code(caller(district.guards[0][3]).post(path, {"state": "responding"})) == (404, "not_found")
    console = caller(district.consoles["dispatcher"])
    assert code(console.post(path, {"state": "responding"})) == (403, "not_your_role")
    release = {"account_id": team[0][1], "state": "released"}
    assert code(caller(team[0][2]).post(path, release)) == (403, "not_your_role")
    told = console.post(path, release).json
    assert answer_of(told, team[0][1])["state"] == "released"
    assert code(caller(team[0][1]).post(path, {"state": "responding"})) == (403, "not_asked")
    assert code(console.post(path, {"account_id": 10**9, "state": "released"})) == (404, "not_found")
    for body in ({"state": "released"}, {"state": "on_scene", "account_id": 1}, {"state": "notified"}, {}):
        assert code(console.post(path, body)) == (422, "bad_input")
    assert count(app_store, audit.audit_row, act="release_responder") == 1


def test_after_the_end_an_answer_is_refused_and_says_so(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], alarm: dict[str, Any]
) -> None:
    path = f"/api/alarms/{alarm['id']}"
    caller(district.consoles["dispatcher"]).post(f"{path}/resolution", {"outcome": "real", "finding": "x"})
    refused = caller(team[0][1]).post(f"{path}/responses", {"state": "responding"})
    assert code(refused) == (409, "alarm_over")
    assert refused.json["facts"] == {"resolved_at": "2026-11-22T23:15:00.000Z"}


def crowd_at(store: Store, account_id: int, heads: int, now: datetime) -> None:
    """Put many more on duty beside somebody, as his doubles."""
    with store.transaction(now) as transaction:
        connection = transaction.connection
        one = dict(connection.execute(select(account).where(account.c.id == account_id)).mappings().one())
        duty = dict(
            connection.execute(select(check_in).where(check_in.c.account_id == account_id)).mappings().one()
        )
        del one["id"], duty["id"]
        doubles = [
            {**one, **telephones.written(connection, account, f"1991{number:07}")} for number in range(heads)
        ]
        numbers = connection.execute(insert(account).returning(account.c.id), doubles).scalars()
        connection.execute(insert(check_in), [{**duty, "account_id": number} for number in numbers])


def test_a_station_finds_its_own_however_many_others_stand_nearer(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    foreign = put_on_duty(app_store, district, post=2, seats=[SECURITY_1], now=clock.now())[0]
    crowd_at(app_store, foreign, 520, clock.now())
    mine = put_on_duty(app_store, district, post=0, seats=[SECURITY_1, SECURITY_2], now=clock.now())
    raiser = put_on_duty(app_store, district, post=1, seats=[STAFF_1], now=clock.now())[0]
    fix = {"latitude": LATITUDE + 1.3 * STEP, "longitude": LONGITUDE, "accuracy_m": 10}
    told = caller(raiser).post("/api/alarms", {"fix": fix}).json
    officer = caller(district.consoles["station_officer"])
    seen = officer.get(f"/api/alarms/{told['id']}/candidates").json["items"]
    assert {one["account_id"] for one in seen} == set(mine) - set(asked(told))
    assert seen


def test_the_console_adds_whom_it_wants_and_the_floor_holds(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    raiser = put_on_duty(app_store, district, post=0, seats=[STAFF_1], now=clock.now())[0]
    last_head = put_on_duty(app_store, district, post=1, seats=[SECURITY_1], now=clock.now())[0]
    foreign = put_on_duty(app_store, district, post=2, seats=[SECURITY_1, SECURITY_2], now=clock.now())
    told = caller(raiser).post("/api/alarms").json
    assert last_head not in asked(told)
    assert [one["reason"] for one in told["shortages"] if one["group"] == "security"] == ["floor"]
    path = f"/api/alarms/{told['id']}"
    officer, dispatcher = (caller(district.consoles[role]) for role in ("station_officer", "dispatcher"))
    seen = officer.get(f"{path}/candidates").json["items"]
    assert [(one["account_id"], one["below_floor"], one["busy"]) for one in seen] == [
        (last_head, True, False)
    ]
    seen = dispatcher.get(f"{path}/candidates").json["items"]
    assert {one["account_id"] for one in seen} == {last_head, *foreign} - set(asked(told))
    assert code(officer.post(f"{path}/responders", {"account_id": last_head})) == (409, "below_floor")
    told = dispatcher.post(f"{path}/responders", {"account_id": last_head}).json
    added = answer_of(told, last_head)
    assert (added["why"], added["tier"], added["state"]) == ("added", 2, "notified")
    assert told["timeline"][-1]["facts"]["floor_crossed"] is True
    assert not [one for one in told["shortages"] if one["group"] == "security"]
    assert code(dispatcher.post(f"{path}/responders", {"account_id": last_head})) == (409, "already_asked")
    assert code(dispatcher.post(f"{path}/responders", {"account_id": raiser})) == (409, "already_asked")
    off_duty = district.guards[1][POLICE]
    assert code(dispatcher.post(f"{path}/responders", {"account_id": off_duty})) == (409, "not_on_duty")
    assert code(dispatcher.post(f"{path}/responders", {"account_id": 10**9})) == (404, "not_found")
    assert code(officer.post(f"{path}/responders", {"account_id": 10**9})) == (404, "not_found")
    caller(last_head).post(f"{path}/responses", {"state": "declined"})
    told = dispatcher.post(f"{path}/responders", {"account_id": last_head}).json
    assert answer_of(told, last_head)["state"] == "notified", "asked again after a decline"
    assert len([one for one in told["responses"] if one["account_id"] == last_head]) == 1


def test_the_suspended_and_the_busy_are_left_alone(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    suspend(app_store, team[1][POLICE - 2], clock.now())
    first = caller(team[0][0]).post("/api/alarms").json
    assert team[1][4] not in asked(first), "suspended"
    busy = set(asked(first, tier=2))
    second = caller(team[2][0]).post("/api/alarms").json
    assert not busy & set(asked(second, tier=2)) or second["shortages"]
    helper = caller(team[1][4])
    answer = helper.post(f"/api/alarms/{first['id']}/responses", {"state": "responding"})
    assert answer.status_code in {403, 404}
