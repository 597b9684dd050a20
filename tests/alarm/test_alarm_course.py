"""The course of an alarm: kind, acknowledgement, notes, resolution, who sees it and whom."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from server.alarm.rules.alarm import NAMED_REPORTERS
from server.core import audit
from server.core.database import event_log, event_rooms
from server.core.database.transaction import Store
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import asked, count
from tests.tools.insiders import Insiders

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def alarm(caller: SignIn, team: list[list[int]]) -> dict[str, Any]:
    """Let the duty leader of the first post raise an alarm."""
    told: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json
    return told


def test_the_kind_completes_the_choice_and_only_a_console_changes_it(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], alarm: dict[str, Any]
) -> None:
    path = f"/api/alarms/{alarm['id']}/kind"
    raiser, console = caller(team[0][0]), caller(district.consoles["dispatcher"])
    assert code(caller(team[0][1]).post(path, {"kind": "fire"})) == (403, "not_your_alarm")
    told = raiser.post(path, {"kind": "traffic"}).json
    assert (told["kind"], told["version"]) == ("traffic", 2)
    more = set(asked(told)) - set(asked(alarm))
    assert {one["group"] for one in told["responses"] if one["account_id"] in more} == {"volunteer"}
    assert raiser.post(path, {"kind": "traffic"}).json == told, "the same again changes nothing"
    assert code(raiser.post(path, {"kind": "fire"})) == (409, "kind_told")
    changed = console.post(path, {"kind": "medical"}).json
    assert changed["kind"] == "medical"
    assert set(asked(changed)) >= set(asked(told)), "nobody is let go"
    assert changed["timeline"][-1]["facts"] == {"kind": "medical", "before": "traffic"}
    assert raiser.post(path, {"kind": "earthquake"}).status_code == 422


def test_the_console_acknowledges_once_and_never_its_own(
    caller: SignIn, district: SmallDistrict, alarm: dict[str, Any], clock: WoundClock
) -> None:
    path = f"/api/alarms/{alarm['id']}/acknowledgement"
    clock.wind(seconds=9)
    school, dispatcher = caller(district.consoles["school_admin"]), caller(district.consoles["dispatcher"])
    told = school.post(path).json
    assert told["acknowledged_by"] == district.consoles["school_admin"]
    assert told["acknowledged_at"] == "2026-11-22T23:15:09.000Z"
    assert [tier["met_at"] for tier in told["tiers"]] == [None, None, None]
    assert school.post(path).json == told
    again = dispatcher.post(path).json
    assert again["acknowledged_by"] == district.consoles["school_admin"]
    assert [line["act"] for line in again["timeline"]].count("acknowledged") == 2
    own = dispatcher.post("/api/alarms", {"post_id": district.posts[2]}).json
    assert code(dispatcher.post(f"/api/alarms/{own['id']}/acknowledgement")) == (403, "own_alarm")


def test_a_withdrawal_is_only_a_note(caller: SignIn, team: list[list[int]], alarm: dict[str, Any]) -> None:
    path = f"/api/alarms/{alarm['id']}/notes"
    told = caller(team[0][0]).post(path, {"withdrawal": True}).json
    assert (told["state"], told["timeline"][-1]["act"]) == ("open", "withdrawal")
    other = caller(team[0][1])
    assert code(other.post(path, {"withdrawal": True, "text": "x"})) == (403, "not_your_alarm")
    noted = other.post(path, {"text": "门口\n两个人"}).json
    assert noted["timeline"][-1]["facts"] == {"text": "门口\n两个人"}
    for text in ("", "  ", "x" * 501, "\x00", "\u202e", "e" + "\u0301" * 7, 7, None):
        assert code(other.post(path, {"text": text})) == (422, "bad_input"), text


def test_a_note_says_itself_that_a_console_wrote_it(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], insiders: Insiders, alarm: dict[str, Any]
) -> None:
    """Phones show the desk's words above all: no crowd that presses, and no press of the desk's own, changes whose."""
    dispatcher, path = caller(district.consoles["dispatcher"]), f"/api/alarms/{alarm['id']}/notes"
    dispatcher.post("/api/alarms", {"post_id": district.posts[0]})
    written = dispatcher.post(path, {"text": "走南门"}).json["timeline"][-1]
    assert written["facts"] == {"text": "走南门", "at_console": True, "role": "dispatcher"}
    for one in insiders.crowd(NAMED_REPORTERS + 1, "volunteer", on_duty=False):
        pressed = one.post("/api/alarms", {"post_code": district.codes[0]}).json
    assert pressed["id"] == alarm["id"]
    assert one.post(path, {"text": "都回去", "at_console": True, "role": "dispatcher"}).status_code == 200
    told = dispatcher.get(f"/api/alarms/{alarm['id']}").json
    assert one.account_id not in {each["account_id"] for each in told["reporters"]}
    assert told["timeline"][-1]["facts"] == {"text": "都回去"}


def test_only_those_who_may_resolve_it(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], alarm: dict[str, Any], app_store: Store
) -> None:
    path = f"/api/alarms/{alarm['id']}/resolution"
    body = {"outcome": "false", "finding": "气球爆了"}
    for who in (team[0][0], team[0][1], district.consoles["school_admin"], district.consoles["auditor"]):
        assert code(caller(who).post(path, body)) == (403, "not_your_role")
    officer = caller(district.consoles["station_officer"])
    assert officer.post(path, {"outcome": "false", "finding": ""}).status_code == 422
    request = {"request_id": str(uuid4()), **body}
    told = officer.post(path, request).json
    assert (told["state"], told["outcome"], told["finding"]) == ("resolved", "false", "气球爆了")
    assert told["resolved_by"] == district.consoles["station_officer"]
    assert {one["answer_due_at"] for one in told["responses"]} == {None}
    assert officer.post(path, request).json == told
    assert count(app_store, audit.audit_row, act="resolve_alarm") == 1
    for path, more in WRITES.items():
        again = caller(district.consoles["dispatcher"]).post(f"/api/alarms/{alarm['id']}/{path}", more)
        assert code(again) == (409, "alarm_over"), path


WRITES: dict[str, dict[str, Any]] = {
    "kind": {"kind": "fire"},
    "acknowledgement": {},
    "responses": {"account_id": 1, "state": "released"},
    "responders": {"account_id": 1},
    "notes": {"text": "x"},
    "resolution": {"outcome": "real", "finding": "x"},
}
POLICE_ONLY = {"responses", "responders", "resolution"}


def test_beyond_ones_scope_there_is_no_such_alarm(
    caller: SignIn, district: SmallDistrict, team: list[list[int]]
) -> None:
    elsewhere = caller(team[2][0]).post("/api/alarms").json
    for role in ("school_admin", "station_officer"):
        console = caller(district.consoles[role])
        assert console.get("/api/alarms").json["items"] == []
        for path in ("", "/people", "/candidates"):
            wanted = (
                (403, "not_your_role")
                if path == "/candidates" and role == "school_admin"
                else (404, "not_found")
            )
            assert code(console.get(f"/api/alarms/{elsewhere['id']}{path}")) == wanted
        for path, body in WRITES.items():
            wanted = (
                (403, "not_your_role")
                if path in POLICE_ONLY and role == "school_admin"
                else (404, "not_found")
            )
            assert code(console.post(f"/api/alarms/{elsewhere['id']}/{path}", body)) == wanted, path
    assert code(caller(district.consoles["auditor"]).get("/api/alarms")) == (403, "not_your_role")
    stranger = caller(district.guards[0][3])
    assert code(stranger.get(f"/api/alarms/{elsewhere['id']}")) == (404, "not_found")
    assert code(stranger.post(f"/api/alarms/{elsewhere['id']}/notes", {"text": "x"})) == (404, "not_found")
    assert code(caller(district.consoles["dispatcher"]).get("/api/alarms/999")) == (404, "not_found")


def test_those_asked_see_it_while_it_is_open_and_the_raiser_afterwards_too(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], alarm: dict[str, Any]
) -> None:
    raiser, helper = caller(team[0][0]), caller(team[0][1])
    path = f"/api/alarms/{alarm['id']}"
    assert helper.get(path).json == raiser.get(path).json
    assert [one["id"] for one in helper.get("/api/alarms").json["items"]] == [alarm["id"]]
    caller(district.consoles["dispatcher"]).post(f"{path}/resolution", {"outcome": "real", "finding": "ok"})
    over = helper.get(path)
    assert code(over) == (409, "alarm_over")
    end = raiser.get(path).json
    told = {name: end[name] for name in ("resolved_at", "outcome", "kind", "drill", "place_name")}
    assert over.json["facts"] == told, "whom it asked reads how it ended, and nothing of a person"
    assert end["finding"] is None, "what the police wrote stays with the consoles"
    assert (told["outcome"], told["place_name"]) == ("real", "青禾第1小学 南门")
    assert helper.get("/api/alarms").json["items"] == []
    assert helper.get("/api/alarms", state="resolved").json["items"] == []
    assert raiser.get(path).json["state"] == "resolved"
    assert [one["id"] for one in raiser.get("/api/alarms", state="resolved").json["items"]] == [alarm["id"]]
    named = {one["account_id"] for one in raiser.get(f"{path}/people").json["people"]}
    assert named == {team[0][0]}, "an ended alarm names nobody but himself"


def test_names_for_all_who_take_part_and_telephones_for_consoles_alone(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], alarm: dict[str, Any], app_store: Store
) -> None:
    path = f"/api/alarms/{alarm['id']}/people"
    for guard in (team[0][0], team[0][1]):
        people = caller(guard).get(path).json["people"]
        assert {one["account_id"] for one in people} == {team[0][0], *asked(alarm)}
        assert {(one["telephone"], one["post_name"], one["school_name"]) for one in people} == {
            (None, None, None)
        }
    assert count(app_store, audit.audit_row, act="see_telephones") == 0
    officer = caller(district.consoles["station_officer"]).get(path).json["people"]
    assert all(one["telephone"] and one["post_name"] for one in officer)
    assert count(app_store, audit.audit_row, act="see_telephones") == 1
    school = caller(district.consoles["school_admin"]).get(path).json["people"]
    seen = {one["account_id"] for one in school if one["telephone"]}
    assert seen == set(team[0][:4]), "own people only; police belong to the station"
    caller(district.consoles["dispatcher"]).post(
        f"/api/alarms/{alarm['id']}/resolution", {"outcome": "test", "finding": "演示"}
    )
    after = caller(district.consoles["station_officer"]).get(path).json["people"]
    assert {one["telephone"] for one in after} == {None}


def test_the_list_pages_and_tells_where_events_go_on(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    console = caller(district.consoles["dispatcher"])
    numbers = [console.post("/api/alarms", {"post_id": post}).json["id"] for post in district.posts]
    first = console.get("/api/alarms", state="open", limit=2).json
    assert [one["id"] for one in first["items"]] == numbers[:0:-1]
    second = console.get("/api/alarms", state="open", limit=2, cursor=first["next"]).json
    assert ([one["id"] for one in second["items"]], second["next"]) == (numbers[:1], None)
    with app_store.read() as connection:
        assert first["epoch"] == event_log.history(connection, f"district:{district.district_id}")
        assert first["last"] == event_rooms.last_in_room(connection, f"district:{district.district_id}")
    assert console.get("/api/alarms", state="maybe").status_code == 422


def test_what_is_told_is_what_is_fetched(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], alarm: dict[str, Any], app_store: Store
) -> None:
    path = f"/api/alarms/{alarm['id']}"
    console = caller(district.consoles["dispatcher"])
    fetched = [alarm]
    for who, where, body in (
        (team[0][0], "kind", {"kind": "fight"}),
        (team[0][1], "responses", {"state": "responding"}),
        (team[0][2], "responses", {"state": "declined"}),
        (team[0][1], "responses", {"state": "on_scene"}),
        (team[0][0], "notes", {"text": "x", "withdrawal": True}),
    ):
        assert caller(who).post(f"{path}/{where}", body).status_code == 200
        fetched.append(console.get(path).json)
    console.post(f"{path}/resolution", {"outcome": "real", "finding": "x"})
    fetched.append(console.get(path).json)
    with app_store.read() as connection:
        events = event_log.since(connection, 0)
    changed = [one for one in events if one.name == "alarm.changed"]
    told = [one for one in changed if f"district:{district.district_id}" in one.rooms]
    assert [one.data for one in told] == fetched
    assert [one.data["version"] for one in told] == list(range(1, len(told) + 1))
    assert all(one.urgent for one in told)
    rooms = {f"account:{number}" for number in (team[0][0], *asked(fetched[-1]))}
    scopes = {
        f"district:{district.district_id}",
        f"station:{district.stations[0]}",
        f"school:{district.schools[0]}",
    }
    # Whoever counts hears it with the consoles, everybody else apart; of an ended one nobody counts.
    assert set(told[-2].rooms) == rooms | scopes
    assert (set(told[-1].rooms), set(changed[-1].rooms)) == (scopes, rooms)
