"""One alarm from the thumb on the button to the finding, with the clock wound by hand."""

from collections.abc import Callable

from flask import Flask

from server.alarm.jobs.unanswered import time_out_due
from server.core.database import event_log, event_rooms
from server.core.database.transaction import Store
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_2, answer_of, asked, put_on_duty

SignIn = Callable[[int | None], Caller]


def test_an_alarm_from_the_press_to_the_finding(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    app_store: Store,
    clock: WoundClock,
) -> None:
    for post in (1, 2):
        put_on_duty(app_store, district, post=post, seats=[SECURITY_2], now=clock.now())
    raiser, colleague = caller(team[0][0]), team[0][1]
    dispatcher = caller(district.consoles["dispatcher"])
    with app_store.read() as connection:
        before = event_log.last(connection)

    # 07:15:00 pressed; a colleague's press joins three seconds later; then the kind is told.
    told = raiser.post("/api/alarms", {"post_code": district.codes[0]}).json
    alarm = f"/api/alarms/{told['id']}"
    clock.wind(seconds=3)
    assert caller(team[0][2]).post("/api/alarms").json["id"] == told["id"]
    clock.wind(seconds=1)
    told = raiser.post(f"{alarm}/kind", {"kind": "intruder"}).json
    guards = [
        one["account_id"] for one in told["responses"] if (one["tier"], one["group"]) == (2, "security")
    ]
    police = asked(told, tier=3)
    assert (len(guards), len(police)) == (4, 2) or told["shortages"]

    # 07:15:09 a colleague on the spot goes; one neighbour declines, one goes, the others stay silent.
    clock.wind(seconds=5)
    told = caller(colleague).post(f"{alarm}/responses", {"state": "responding"}).json
    assert told["tiers"][0]["met_at"] == "2026-11-22T23:15:09.000Z"
    caller(guards[0]).post(f"{alarm}/responses", {"state": "declined"})
    caller(guards[1]).post(f"{alarm}/responses", {"state": "responding"})
    clock.wind(seconds=10)
    assert time_out_due(app_store, app.extensions["huxue"].limits, clock.now()) > 0
    told = dispatcher.get(alarm).json
    assert answer_of(told, police[0])["state"] == "timed_out"

    # 07:16 the console takes it, rings the silent officer, who comes late; the neighbour arrives in time.
    clock.wind(seconds=41)
    dispatcher.post(f"{alarm}/acknowledgement")
    caller(police[0]).post(f"{alarm}/responses", {"state": "responding"})
    clock.wind(seconds=60)
    told = caller(guards[1]).post(f"{alarm}/responses", {"state": "on_scene"}).json
    assert (told["tiers"][1]["met_by"], told["acknowledged_by"]) == (guards[1], colleague)
    clock.wind(seconds=90)
    told = caller(police[0]).post(f"{alarm}/responses", {"state": "on_scene"}).json
    assert [tier["met_at"] is not None for tier in told["tiers"]] == [True, True, True]
    assert all(tier["met_at"] <= tier["due_at"] for tier in told["tiers"])

    # The raiser says it is over; only the police say so with effect.
    told = raiser.post(f"{alarm}/notes", {"withdrawal": True, "text": "人走了"}).json
    assert told["state"] == "open"
    for who in (guards[1], police[0]):
        caller(who).post(f"{alarm}/responses", {"state": "left"})
    told = dispatcher.post(f"{alarm}/resolution", {"outcome": "real", "finding": "已带走一人"}).json
    assert told["state"] == "resolved"

    acts = [line["act"] for line in told["timeline"]]
    for act in (
        *("raised", "notified", "further_report", "kind_told", "responding", "declined", "timed_out"),
        *("acknowledged", "on_scene", "withdrawal", "left", "resolved"),
    ):
        assert act in acts
    assert [line["at"] for line in told["timeline"]] == sorted(line["at"] for line in told["timeline"])

    # What any of them saw at any time, plus what was told since, is what a fresh fetch gives.
    # The raiser reads no more than counts of what has ended.
    seen = {f"district:{district.district_id}": told, f"account:{team[0][0]}": raiser.get(alarm).json}
    assert seen[f"account:{team[0][0]}"] != told
    for room, fetched in seen.items():
        with app_store.read() as connection:
            events = event_rooms.in_room(connection, room, before)
        states = {one["data"]["id"]: one["data"] for one in events if one["name"] == "alarm.changed"}
        assert states == {told["id"]: fetched}
