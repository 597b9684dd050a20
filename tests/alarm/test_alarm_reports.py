"""The report after an alarm: who may read it, what stands in it, what is left to do."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from server.alarm.tables.alarms import alarm
from server.alarm.tables.timelines import alarm_entry
from server.core.audit import audit_row
from server.core.database.transaction import Store
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.duty import count, put_at

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def ended(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock, app_store: Store
) -> dict[str, Any]:
    told = caller(team[0][0]).post("/api/alarms").json
    path = f"/api/alarms/{told['id']}"
    helper = team[0][1]
    put_at(app_store, helper, latitude=LATITUDE, longitude=LONGITUDE, at=clock.now())
    clock.wind(seconds=20)
    caller(helper).post(f"{path}/responses", {"state": "responding"})
    put_at(app_store, helper, latitude=LATITUDE + 0.0002, longitude=LONGITUDE, at=clock.now())
    clock.wind(seconds=180)
    dispatcher = caller(district.consoles["dispatcher"])
    resolved: dict[str, Any] = dispatcher.post(
        f"{path}/resolution", {"outcome": "real", "finding": "已劝离"}
    ).json
    # After the end nobody's movements belong to it any more.
    clock.wind(seconds=30)
    put_at(app_store, helper, latitude=LATITUDE + 0.01, longitude=LONGITUDE, at=clock.now())
    return resolved


def test_the_report_has_timeline_messages_targets_movements_and_finding(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], ended: dict[str, Any], app_store: Store
) -> None:
    report = caller(district.consoles["station_officer"]).get(f"/api/alarms/{ended['id']}/report").json
    assert report["alarm"] == ended and report["alarm"]["finding"] == "已劝离"
    assert [one["mark"] for one in report["targets"]] == ["met", "missed", "cut_short"]
    assert report["targets"][0] | {"met_by": team[0][1], "took_s": 20.0} == report["targets"][0]
    assert [one["account_id"] for one in report["movements"]] == [team[0][1]]
    assert len(report["movements"][0]["points"]) == 2
    assert {one["account_id"] for one in report["told"]} >= {team[0][1]}
    assert all(one["created_at"] for one in report["told"])
    assert report["place"]["school_name"] == "青禾第1小学" and report["drill"] is None
    assert (report["chain"]["entries"], report["chain"]["faults"]) == (len(ended["timeline"]), [])
    assert "1990000" not in str(report)
    with app_store.read() as connection:
        looked = connection.execute(select(audit_row.c.facts).where(audit_row.c.act == "see_report")).scalar()
    assert looked == {"alarm_id": ended["id"], "positions_of": [team[0][1]]}


def test_a_report_is_read_as_often_as_pages_are_turned_and_no_more(
    caller: SignIn, district: SmallDistrict, ended: dict[str, Any]
) -> None:
    desk, path = caller(district.consoles["dispatcher"]), f"/api/alarms/{ended['id']}/report"
    for _time in range(60):
        assert desk.get(path).status_code == 200
    refused = desk.get(path)
    assert (refused.status_code, refused.json["code"]) == (429, "too_many")
    assert caller(district.consoles["station_officer"]).get(path).status_code == 200


def test_consoles_in_scope_read_it_and_nobody_else(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], ended: dict[str, Any]
) -> None:
    path = f"/api/alarms/{ended['id']}/report"
    for role in ("school_admin", "station_officer", "dispatcher", "district_admin"):
        assert caller(district.consoles[role]).get(path).status_code == 200
    for account in (team[0][0], team[0][1], district.consoles["auditor"]):
        refused = caller(account).get(path)
        assert (refused.status_code, refused.json["code"]) == (403, "not_your_role")
    elsewhere = caller(team[2][0]).post("/api/alarms").json["id"]
    for role in ("school_admin", "station_officer"):
        assert caller(district.consoles[role]).get(f"/api/alarms/{elsewhere}/report").status_code == 404
    # One that goes on is reported as it stands.
    open_one = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{elsewhere}/report").json
    assert {one["mark"] for one in open_one["targets"]} == {"cut_short"}


def test_follow_ups_are_added_and_done_by_those_who_may_resolve(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], ended: dict[str, Any]
) -> None:
    path = f"/api/alarms/{ended['id']}/follow-ups"
    officer = caller(district.consoles["station_officer"])
    body = {"text": "加装护栏", "owner": "总务处", "due_on": "2026-12-01"}
    for account in (team[0][0], district.consoles["school_admin"], district.consoles["auditor"]):
        assert caller(account).post(path, body).json["code"] == "not_your_role"
    later = officer.post(path, {**body, "due_on": "2026-12-24"})
    assert later.status_code == 201
    items = officer.post(path, body).json["items"]
    assert [one["due_on"] for one in items] == ["2026-12-01", "2026-12-24"]
    done = officer.post(f"{path}/{items[0]['id']}/completion").json["items"][0]
    assert done["done_at"] is not None and done["done_by"] == officer.account_id
    again = officer.post(f"{path}/{items[0]['id']}/completion")
    assert (again.status_code, again.json["code"]) == (409, "already_done")
    assert officer.post(f"{path}/999/completion").status_code == 404
    for wrong in ("soon", "0001-01-01", "9999-12-31", "2026-02-30"):
        assert officer.post(path, {**body, "due_on": wrong}).status_code == 422, wrong
    report = officer.get(f"/api/alarms/{ended['id']}/report").json
    assert [one["done_at"] is None for one in report["follow_ups"]] == [False, True]


def test_a_changed_timeline_shows_in_the_report(
    caller: SignIn, district: SmallDistrict, ended: dict[str, Any], app_store: Store, clock: WoundClock
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(alarm_entry).where(alarm_entry.c.ordinal == 2).values(facts={"forged": True})
        )
    report = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{ended['id']}/report").json
    assert report["chain"]["faults"] == [{"ordinal": 2, "kind": "edited"}]


def test_the_end_of_the_chain_stands_in_the_audit_log(ended: dict[str, Any], app_store: Store) -> None:
    with app_store.read() as connection:
        row = connection.execute(select(alarm).where(alarm.c.id == ended["id"])).mappings().one()
        facts = connection.execute(
            select(audit_row.c.facts).where(audit_row.c.act == "resolve_alarm")
        ).scalar_one()
    assert (facts["entries"], facts["head"]) == (row["entry_count"], row["head"])
    assert count(app_store, alarm_entry) == row["entry_count"]
