"""A drill from the plan to the report, with the clock wound by hand."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from server.alarm.jobs.escalation import take_due
from server.alarm.jobs.unanswered import time_out_due
from server.core.database.transaction import Store
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import asked

SignIn = Callable[[int | None], Caller]


def test_a_drill_from_the_plan_to_the_report(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    app_store: Store,
    clock: WoundClock,
) -> None:
    limits = app.extensions["huxue"].limits
    officer, admin = (caller(district.consoles[role]) for role in ("station_officer", "district_admin"))
    year = admin.get("/api/drill-year").json
    assert (year["year"], year["goal"], year["reached"], year["schools"]) == (2026, 1, 0, 3)

    # 07:15 planned for 07:25, with notice; a guard of the post sees it on his phone.
    planned_for = clock.now() + timedelta(minutes=10)
    plan = {
        "post_id": district.posts[0],
        "kind": "intruder",
        "scenario": "一名男子持棍闯入南门",
        "notice": True,
        "planned_for": planned_for.isoformat(),
    }
    drill = officer.post("/api/drills", plan).json
    assert caller(team[0][2]).get("/api/drills").json["items"] == [drill]

    # 07:25 started: the alarm is raised on the path of every other, marked.
    clock.set(planned_for)
    drill = officer.post(f"/api/drills/{drill['id']}/start").json
    path = f"/api/alarms/{drill['alarm_id']}"
    told = officer.get(path).json
    assert told["drill"] and told["kind"] == "intruder"
    assert caller(team[0][2]).get("/api/drills").json["items"] == []

    # A colleague goes after 40 s; nobody answers in tier 2 until its step is taken, one arrives after 200 s.
    clock.wind(seconds=20)
    assert time_out_due(app_store, limits, clock.now()) > 0
    clock.wind(seconds=20)
    take_due(app_store, limits, clock.now())
    caller(team[0][1]).post(f"{path}/responses", {"state": "responding"})
    told = officer.get(path).json
    neighbour = asked(told, tier=2)[0]
    caller(neighbour).post(f"{path}/responses", {"state": "responding"})
    clock.wind(seconds=160)
    take_due(app_store, limits, clock.now())
    caller(neighbour).post(f"{path}/responses", {"state": "on_scene"})
    assert any(line["act"] == "called" for line in officer.get(path).json["timeline"])

    # Police never come; after six minutes it is ended: met, late by 20 s, missed.
    clock.wind(seconds=160)
    officer.post(f"{path}/resolution", {"outcome": "test", "finding": "民警未到场，需改集合点"})
    drill = officer.get("/api/drills").json["items"][0]
    assert drill["state"] == "held"
    assert [(one["mark"], one["took_s"], one["late_s"]) for one in drill["judgement"]] == [
        ("met", 40.0, None),
        ("late", 200.0, 20.0),
        ("missed", None, None),
    ]

    # Counted at its school and nowhere else; the report has the drill, and what is to be done.
    year = admin.get("/api/drill-year").json
    assert (year["reached"], year["schools"], year["held"]) == (1, 3, 1)
    assert [one["held"] for one in year["items"]] == [1, 0, 0]
    assert admin.get("/api/drill-year", year=2025).json["held"] == 0
    todo = {"text": "改民警集合点", "owner": "第1派出所", "due_on": "2026-12-01"}
    officer.post(f"{path}/follow-ups", todo)
    report = officer.get(f"{path}/report").json
    assert report["drill"] == drill
    assert [one["mark"] for one in report["targets"]] == ["met", "late", "missed"]
    assert [one["text"] for one in report["follow_ups"]] == ["改民警集合点"]
    assert report["chain"]["faults"] == []
    assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0
