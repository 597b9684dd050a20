"""Alarms and rows of the audit log as files."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.exports.test_duties import span
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.exports import PURPOSE, ask, asked, file_of, read_csv, read_xlsx
from tests.tools.jobs import work_off
from tests.tools.pictures import jpeg, send

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def alarms(caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock) -> list[Any]:
    """Raise an alarm at the first post, answered and ended, and one at the third."""
    first = caller(team[0][0]).post("/api/alarms").json
    desk = caller(district.consoles["dispatcher"])
    clock.wind(seconds=20)
    assert desk.post(f"/api/alarms/{first['id']}/acknowledgement").status_code == 200
    clock.wind(seconds=25)
    caller(team[0][1]).post(f"/api/alarms/{first['id']}/responses", {"state": "responding"})
    assert send(caller(team[0][1]), first["id"], jpeg(64, 48)).status_code == 201
    clock.wind(minutes=5)
    desk.post(f"/api/alarms/{first['id']}/resolution", {"outcome": "false", "finding": "测试"})
    return [first, caller(team[2][0]).post("/api/alarms").json]


def test_a_row_says_where_when_and_how_long_each_answer_took(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, alarms: list[Any]
) -> None:
    found = read_csv(
        file_of(app, caller(district.consoles["district_admin"]), "alarms", format="csv", **span(clock))
    )
    assert found.column("编号") == [str(one["id"]) for one in alarms]
    first, second = found.rows
    assert (first["真实或演练"], first["来源"], first["岗位"]) == ("真实", "手机", "青禾第1小学 南门")
    assert first["报警时间"] == "2026-11-23 07:15:00"
    assert (first["确认接警用时（秒）"], first["结束时间"], first["结果"]) == (
        "20",
        "2026-11-23 07:20:45",
        "误报",
    )
    assert "45" in {first[f"第{tier}级首次应答（秒）"] for tier in (1, 2, 3)}
    assert (first["现存照片和视频（个）"], second["现存照片和视频（个）"]) == ("1", "0")
    assert (second["确认接警用时（秒）"], second["结果"]) == ("", "")
    assert not any("199" in value for row in found.rows for value in row.values())


def test_a_station_has_its_own_alarms_and_a_school_none(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, alarms: list[Any]
) -> None:
    found = read_xlsx(file_of(app, caller(district.consoles["station_officer"]), "alarms", **span(clock)))
    assert found.column("编号") == [str(alarms[0]["id"])]
    for role in ("school_admin", "dispatcher", "auditor"):
        answer = ask(caller(district.consoles[role]), "alarms", **span(clock))
        assert code(answer) == (403, "not_your_role")


def test_the_auditor_has_the_rows_of_his_log_and_nobody_else(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock, alarms: list[Any]
) -> None:
    auditor = caller(district.consoles["auditor"])
    found = read_xlsx(file_of(app, auditor, "audit", **span(clock)))
    rows, cursor = [], 0
    while cursor is not None:
        page = auditor.get("/api/audit", cursor=cursor, limit=100, **span(clock)).json
        rows += page["items"]
        cursor = page["next"]
    # What was written since the file was asked for: that it was fetched.
    assert [row["act"] for row in rows[: len(rows) - len(found.rows)]] == ["job.fetched"]
    rows = rows[len(rows) - len(found.rows) :]
    assert found.column("编号") == [str(row["id"]) for row in rows]
    assert found.column("操作（代码）") == [row["act"] for row in rows]
    assert found.column("操作人") == [row["actor_name"] or "" for row in rows]
    assert len(rows) > 4
    for role in ("school_admin", "station_officer", "dispatcher", "district_admin"):
        assert code(ask(caller(district.consoles[role]), "audit", **span(clock))) == (403, "not_your_role")


def test_the_log_says_who_asked_for_what_and_what_for_and_that_it_was_fetched(
    app: Flask, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    desk = caller(district.consoles["district_admin"])
    number = asked(desk, "duties", **span(clock))
    work_off(app)
    content = desk.get(f"/api/jobs/{number}/file").data
    log = caller(district.consoles["auditor"]).get("/api/audit").json["items"]
    fetched, wanted = log[0], log[1]
    assert (wanted["act"], wanted["actor_id"]) == ("export.asked", district.consoles["district_admin"])
    assert wanted["facts"] == {
        "export": "export_duties",
        "job_id": number,
        "since": "2026-11-21T23:15:00.000Z",
        "until": "2026-11-23T23:15:00.000Z",
        "purpose": PURPOSE,
        "telephones": False,
    }
    assert fetched["act"] == "job.fetched"
    assert fetched["facts"] == {"export": "export_duties", "job_id": number, "bytes": len(content)}
