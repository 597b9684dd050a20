"""A fire at a gate: the units of the plan get their links, answer by them, and everybody sees it."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from flask import Flask

from server.config import Settings
from server.core.database import event_log, event_rooms
from server.core.database.transaction import Store
from server.delivery.channels.registry import channels_of
from server.delivery.jobs.messages import send_due
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.units import add_plan, add_unit, letters, link_of

SignIn = Callable[[int | None], Caller]


def test_from_the_press_to_the_arrival(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    app_store: Store,
    settings: Settings,
    clock: WoundClock,
) -> None:
    admin, dispatcher = caller(district.consoles["district_admin"]), caller(district.consoles["dispatcher"])
    office = add_unit(admin, "青禾教育局", kind="education_office")
    street, fire = add_unit(admin, "青禾街道", kind="street_office"), add_unit(admin, "青禾消防站")
    add_plan(admin, office, street)
    add_plan(admin, fire, office, kind="fire")
    with app_store.read() as connection:
        before = event_log.last(connection)

    # 07:15:00 pressed: the units of the plan for any kind are told in the same transaction.
    raiser = caller(team[0][0])
    told = raiser.post("/api/alarms").json
    alarm = f"/api/alarms/{told['id']}"
    assert [(one["name"], one["part"], one["state"]) for one in told["joint_tasks"]] == [
        ("青禾教育局", "lead", "notified"),
        ("青禾街道", "support", "notified"),
    ]

    # 07:15:10 it is a fire: the fire station is told and leads; nobody is told twice or let go.
    clock.wind(seconds=10)
    told = raiser.post(f"{alarm}/kind", {"kind": "fire"}).json
    assert {one["name"]: one["part"] for one in told["joint_tasks"]} == {
        "青禾消防站": "lead",
        "青禾教育局": "support",
        "青禾街道": "support",
    }
    assert [one["facts"]["unit"] for one in letters(app_store)] == ["青禾教育局", "青禾街道", "青禾消防站"]
    for task in send_due(app_store, channels_of(settings, app_store), clock.now()):
        task.join()
    assert {(one["channel"], one["state"]) for one in letters(app_store)} == {("demo", "sent")}

    # The fire station opens its link, taps, drives, arrives; the street office skips a step.
    unit, link = caller(None), link_of(app_store, "青禾消防站")
    page = unit.get(link).json
    assert (page["unit_name"], page["lead_name"], page["place_name"]) == (
        "青禾消防站",
        "青禾消防站",
        "青禾第1小学 南门",
    )
    assert (page["kind"], page["drill"], page["part"], page["state"]) == ("fire", False, "lead", "notified")
    for seconds, state in ((5, "acknowledged"), (20, "on_the_way"), (200, "arrived")):
        clock.wind(seconds=seconds)
        answer = unit.post(link, {"state": state})
        assert (answer.status_code, answer.json["state"]) == (200, state)
    skipped = unit.post(link_of(app_store, "青禾街道"), {"state": "arrived"}).json
    assert (skipped["state"], skipped["acknowledged_at"]) == ("arrived", None)

    told = dispatcher.get(alarm).json
    tasks = {one["name"]: one for one in told["joint_tasks"]}
    assert tasks["青禾消防站"]["acknowledged_at"] == "2026-11-22T23:15:15.000Z"
    assert tasks["青禾消防站"]["arrived_at"] == "2026-11-22T23:18:55.000Z"
    lines = [(one["act"], one["facts"]["name"]) for one in told["timeline"] if one["act"].startswith("unit_")]
    assert lines == [
        ("unit_notified", "青禾教育局"),
        ("unit_notified", "青禾街道"),
        ("unit_part", "青禾教育局"),
        ("unit_notified", "青禾消防站"),
        ("unit_acknowledged", "青禾消防站"),
        ("unit_on_the_way", "青禾消防站"),
        ("unit_arrived", "青禾消防站"),
        ("unit_arrived", "青禾街道"),
    ]

    # It is over: the links are, too, and what was told is what a fresh fetch gives.
    told = dispatcher.post(f"{alarm}/resolution", {"outcome": "real", "finding": "已扑灭"}).json
    gone = unit.get(link_of(app_store, "青禾教育局"))
    assert (gone.status_code, gone.json["code"]) == (409, "alarm_over")
    with app_store.read() as connection:
        events = event_rooms.in_room(connection, f"district:{district.district_id}", before)
    states = [one["data"] for one in events if one["name"] == "alarm.changed"]
    assert states[-1] == told
    # What calls to people came to is told in between, in as many events as there were transactions.
    steps = [
        state
        for before, state in pairwise([{"deliveries": []}, *states])
        if _but_calls(before) != _but_calls(state)
    ]
    assert len(steps) == 7, "raised, told, four taps, resolved"


def _but_calls(state: dict[str, Any]) -> dict[str, Any]:
    """Leave out how calls and messages went, and that a step is due since they went wrong: told as it comes."""
    kept = {name: value for name, value in state.items() if name not in {"deliveries", "ladders", "version"}}
    tasks = [
        {name: value for name, value in one.items() if name != "delivery"}
        for one in state.get("joint_tasks", ())
    ]
    return kept | {"joint_tasks": tasks}
