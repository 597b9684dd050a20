"""Drills: who plans them, who hears of them beforehand, and that they touch nothing real."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.alarm.queries import alarms
from server.alarm.queries import posts as alarm_posts
from server.core.database import event_log, event_rooms
from server.core.database.transaction import Store
from server.delivery.tables import message
from server.duty.tables import check_in
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import asked

SignIn = Callable[[int | None], Caller]


def plan_of(district: SmallDistrict, clock: WoundClock, **more: Any) -> dict[str, Any]:
    return {
        "post_id": district.posts[0],
        "kind": "intruder",
        "scenario": "一名男子持棍闯入南门",
        "notice": True,
        "planned_for": (clock.now() + timedelta(minutes=30)).isoformat(),
        **more,
    }


@pytest.mark.parametrize("role", ["station_officer", "dispatcher", "district_admin"])
def test_the_police_plan_start_and_call_off(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, team: list[list[int]], role: str
) -> None:
    one = caller(district.consoles[role])
    drill = one.post("/api/drills", plan_of(district, clock)).json
    assert (drill["state"], drill["alarm_id"], drill["judgement"]) == ("planned", None, None)
    off = one.post("/api/drills", plan_of(district, clock)).json
    assert one.post(f"/api/drills/{off['id']}/cancellation").json["state"] == "cancelled"
    assert one.post(f"/api/drills/{off['id']}/start").json["code"] == "drill_not_planned"
    started = one.post(f"/api/drills/{drill['id']}/start").json
    assert started["state"] == "started"
    alarm = one.get(f"/api/alarms/{started['alarm_id']}").json
    assert (alarm["drill"], alarm["source"], alarm["kind"]) == (True, "drill", "intruder")
    assert alarm["raised_by"] is None and sorted(asked(alarm, tier=1)) == sorted(team[0])
    assert one.post(f"/api/drills/{drill['id']}/start").json["code"] == "drill_not_planned"
    # Whoever started it may acknowledge it: nobody is in need.
    assert one.post(f"/api/alarms/{alarm['id']}/acknowledgement").status_code == 200


def test_others_plan_none_and_nobody_beyond_his_scope(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    for account in (district.guards[0][0], district.consoles["school_admin"], district.consoles["auditor"]):
        refused = caller(account).post("/api/drills", plan_of(district, clock))
        assert (refused.status_code, refused.json["code"]) == (403, "not_your_role")
    officer, dispatcher = (caller(district.consoles[role]) for role in ("station_officer", "dispatcher"))
    foreign = plan_of(district, clock, post_id=district.posts[2])
    assert officer.post("/api/drills", foreign).status_code == 404
    drill = dispatcher.post("/api/drills", foreign).json
    for act in ("start", "cancellation"):
        assert officer.post(f"/api/drills/{drill['id']}/{act}").status_code == 404
    assert officer.get("/api/drills").json["items"] == []
    assert [one["held"] for one in officer.get("/api/drill-year").json["items"]] == [0, 0]


def test_with_notice_the_guards_of_the_post_and_the_station_know(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, team: list[list[int]], app_store: Store
) -> None:
    dispatcher = caller(district.consoles["dispatcher"])
    with app_store.read() as connection:
        before = event_log.last(connection)
    drill = dispatcher.post("/api/drills", plan_of(district, clock)).json
    who = {
        "officer": district.consoles["station_officer"],
        "guard": team[0][1],
        "elsewhere": team[1][1],
    }
    known = {name: caller(number).get("/api/drills").json["items"] for name, number in who.items()}
    assert known == {"officer": [drill], "guard": [drill], "elsewhere": []}
    with app_store.read() as connection:
        told = event_rooms.in_room(connection, f"account:{team[0][1]}", before)
        other = event_rooms.in_room(connection, f"account:{team[1][1]}", before)
    assert [one["name"] for one in told] == ["drill.changed"] and not other


def test_without_notice_only_the_planner_knows(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, team: list[list[int]], app_store: Store
) -> None:
    dispatcher = caller(district.consoles["dispatcher"])
    with app_store.read() as connection:
        before = event_log.last(connection)
    drill = dispatcher.post("/api/drills", plan_of(district, clock, notice=False)).json
    assert dispatcher.get("/api/drills").json["items"] == [drill]
    others = [district.consoles["station_officer"], district.consoles["district_admin"], team[0][1]]
    for account in others:
        assert caller(account).get("/api/drills").json["items"] == []
    officer = caller(district.consoles["station_officer"])
    for act in ("start", "cancellation"):
        assert officer.post(f"/api/drills/{drill['id']}/{act}").status_code == 404
    with app_store.read() as connection:
        assert event_log.last(connection) == before
    dispatcher.post(f"/api/drills/{drill['id']}/start")
    assert officer.get("/api/drills").json["items"][0]["state"] == "started"


def test_a_drill_takes_nobody_from_an_alarm_and_an_alarm_takes_from_a_drill(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, team: list[list[int]]
) -> None:
    dispatcher = caller(district.consoles["dispatcher"])
    drill = dispatcher.post("/api/drills", plan_of(district, clock)).json
    drill = dispatcher.post(f"/api/drills/{drill['id']}/start").json
    on_drill = set(asked(dispatcher.get(f"/api/alarms/{drill['alarm_id']}").json))
    # A press at the very post of the drill is an alarm of its own, and everybody there is asked to it.
    alarm = caller(team[0][0]).post("/api/alarms").json
    assert alarm["id"] != drill["alarm_id"] and not alarm["drill"]
    assert sorted(asked(alarm, tier=1)) == sorted(team[0][1:])
    assert set(asked(alarm)) & on_drill
    assert not [one for one in alarm["shortages"] if one["reason"] == "busy"]

    second = dispatcher.post("/api/drills", plan_of(district, clock, post_id=district.posts[1])).json
    # At another post of the station, the same people are wanted: it asks first, naming the alarm.
    refused = dispatcher.post(f"/api/drills/{second['id']}/start")
    assert (refused.status_code, refused.json["code"]) == (409, "real_alarm_near")
    assert refused.json["facts"] == {"alarm_id": alarm["id"]}
    assert dispatcher.get("/api/drills").json["items"][0]["state"] == "planned"
    second = dispatcher.post(f"/api/drills/{second['id']}/start", {"anyway": True}).json
    told = dispatcher.get(f"/api/alarms/{second['alarm_id']}").json
    assert not set(asked(told)) & set(asked(alarm))
    # No drill begins at a post where an alarm goes on.
    third = dispatcher.post("/api/drills", plan_of(district, clock)).json
    refused = dispatcher.post(f"/api/drills/{third['id']}/start", {"anyway": True})
    assert (refused.status_code, refused.json["code"]) == (409, "real_alarm_open")
    assert refused.json["facts"] == {"alarm_id": alarm["id"]}


def test_only_a_real_alarm_that_wants_the_same_people_makes_a_drill_ask_first(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, team: list[list[int]], app_store: Store
) -> None:
    dispatcher = caller(district.consoles["dispatcher"])
    alarm = caller(team[2][0]).post("/api/alarms").json
    with app_store.transaction(clock.now()) as transaction:
        posts = [
            alarm_posts.by_id(transaction.connection, number, district.district_id)
            for number in district.posts
        ]
    assert posts[2].station_id != posts[0].station_id
    for far_m, answer in ((1_900, 409), (2_100, 200)):
        with app_store.transaction(clock.now()) as transaction:
            north = posts[0].latitude + far_m / 111_195
            alarms.change(transaction, alarm["id"], latitude=north, longitude=posts[0].longitude)
        drill = dispatcher.post("/api/drills", plan_of(district, clock)).json
        started = dispatcher.post(f"/api/drills/{drill['id']}/start")
        assert started.status_code == answer, far_m


def test_a_drill_calls_nobody_whom_an_alarm_has_asked_though_he_does_not_count(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, team: list[list[int]], app_store: Store
) -> None:
    # His place is doubted: he is warned of the alarm at his post, and changes nothing there.
    doubted = team[1][2]
    with app_store.transaction(clock.now()) as transaction:
        of_him = check_in.c.account_id == doubted
        flagged = update(check_in).where(of_him).values(verified=False, flags=["outside_fence"])
        transaction.connection.execute(flagged)
    real = caller(team[1][0]).post("/api/alarms", {"post_id": district.posts[1], "fix": None}).json
    dispatcher = caller(district.consoles["dispatcher"])
    busy = {one["account_id"] for one in dispatcher.get(f"/api/alarms/{real['id']}").json["responses"]}
    assert doubted in busy
    drill = dispatcher.post("/api/drills", plan_of(district, clock)).json
    drilled = dispatcher.post(f"/api/drills/{drill['id']}/start", {"anyway": True}).json["alarm_id"]
    called = asked(dispatcher.get(f"/api/alarms/{drilled}").json)
    assert not set(called) & {*busy, team[1][0]}


@pytest.mark.parametrize(("somebody", "counted"), [(False, 0), (True, 1)])
def test_a_drill_counts_toward_the_goal_when_it_called_somebody(
    caller: SignIn,
    district: SmallDistrict,
    clock: WoundClock,
    request: pytest.FixtureRequest,
    *,
    somebody: bool,
    counted: int,
) -> None:
    if somebody:
        request.getfixturevalue("team")
    dispatcher = caller(district.consoles["dispatcher"])
    drill = dispatcher.post("/api/drills", plan_of(district, clock)).json
    number = dispatcher.post(f"/api/drills/{drill['id']}/start").json["alarm_id"]
    assert bool(asked(dispatcher.get(f"/api/alarms/{number}").json)) is somebody
    dispatcher.post(f"/api/alarms/{number}/resolution", {"outcome": "test", "finding": "Nobody came"})
    (ended,) = dispatcher.get("/api/drills").json["items"]
    year = dispatcher.get("/api/drill-year").json
    assert (ended["state"], ended["called"]) == ("held", somebody)
    assert (year["held"], year["reached"]) == (counted, counted)


def test_every_message_of_a_drill_is_marked_and_lists_leave_drills_out(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, team: list[list[int]], app_store: Store
) -> None:
    dispatcher = caller(district.consoles["dispatcher"])
    drill = dispatcher.post("/api/drills", plan_of(district, clock)).json
    drill = dispatcher.post(f"/api/drills/{drill['id']}/start").json
    real = caller(team[2][0]).post("/api/alarms").json
    with app_store.read() as connection:
        of_drill = select(message.c.drill).where(message.c.alarm_id == drill["alarm_id"])
        marks = set(connection.execute(of_drill).scalars())
        others = select(message.c.drill).where(message.c.alarm_id == real["id"])
        assert (marks, set(connection.execute(others).scalars())) == ({True}, {False})

    def listed(**asked_for: str) -> list[int]:
        return [one["id"] for one in dispatcher.get("/api/alarms", **asked_for).json["items"]]

    assert sorted(listed()) == sorted([drill["alarm_id"], real["id"]])
    assert (listed(drill="true"), listed(drill="false")) == ([drill["alarm_id"]], [real["id"]])
