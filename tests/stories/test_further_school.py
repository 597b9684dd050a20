"""A school that has only a further place of an alarm: it learns what concerns its own people, and decides nothing."""

from typing import Any

import pytest

from server.core.database import event_rooms
from tests.tools.client import Caller
from tests.tools.field import Morning
from tests.tools.insiders import Client
from tests.tools.outward import send

HERE, ELSEWHERE = 0, 2


@pytest.fixture
def foreign(morning: Morning) -> Caller:
    """Sign the console of the third post's school in."""
    school_id = morning.district.schools[ELSEWHERE]
    return morning.caller(morning.insiders.console("school_admin", school_id=school_id))


@pytest.fixture
def victim(morning: Morning) -> Caller:
    """Sign an approved guard of the first post in."""
    return morning.caller(morning.team[HERE][0])


@pytest.fixture
def alarm(morning: Morning, victim: Caller) -> dict[str, Any]:
    """Let a stranger name the third post as a further place of his alarm at the first, which a real press joins."""
    stranger: Client = morning.insiders.stranger("volunteer", on_duty=False)
    prank = morning.press(stranger, post=HERE)
    morning.press(stranger, post=ELSEWHERE)
    told = morning.press(victim, post=HERE)
    assert told["id"] == prank["id"]
    return told


def _code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_it_reads_its_own_people_and_counts(morning: Morning, foreign: Caller, alarm: dict[str, Any]) -> None:
    path, own = f"/api/alarms/{alarm['id']}", set(morning.team[ELSEWHERE])
    seen, whole = foreign.get(path).json, morning.seen(alarm)
    named = {one["account_id"] for one in seen["responses"]} - {None}
    assert named and named <= own
    assert len(seen["responses"]) == len(whole["responses"])
    assert [one["account_id"] for one in seen["reporters"]].count(morning.team[HERE][0]) == 0
    assert {one["distance_m"] for one in seen["responses"] if one["account_id"] is None} == {None}
    names = {one["account_id"] for one in foreign.get(f"{path}/people").json["people"]}
    assert not names & {one for post in morning.district.guards[:2] for one in post}
    assert named <= names
    assert foreign.get(f"{path}/timeline").status_code == 404
    listed = foreign.get("/api/alarms", state="open").json["items"]
    assert listed == [seen]


def test_it_reads_the_calls_of_its_own_people_alone(
    morning: Morning, foreign: Caller, alarm: dict[str, Any]
) -> None:
    """The list of what a drill or a demo would have sent named everybody whom the alarm had called."""
    path = f"/api/alarms/{alarm['id']}"
    morning.console().post(f"{path}/escalation", {"tiers": [1, 2, 3]})
    send(morning.app, morning.clock.now())
    everybody, own = (
        {one["account_id"] for one in console.get(f"{path}/messages").json["items"]}
        for console in (morning.console(), foreign)
    )
    assert own and own == everybody & set(morning.team[ELSEWHERE])


def test_its_own_console_reads_everything(morning: Morning, alarm: dict[str, Any]) -> None:
    own = morning.console("school_admin")
    assert own.get(f"/api/alarms/{alarm['id']}").json == morning.seen(alarm)


def test_it_decides_neither_the_kind_nor_that_somebody_has_taken_notice(
    morning: Morning, foreign: Caller, victim: Caller, alarm: dict[str, Any]
) -> None:
    path = f"/api/alarms/{alarm['id']}"
    assert _code(foreign.post(f"{path}/kind", {"kind": "other"})) == (403, "not_your_alarm")
    assert _code(foreign.post(f"{path}/acknowledgement")) == (403, "not_your_alarm")
    assert victim.post(f"{path}/kind", {"kind": "intruder"}).json["kind"] == "intruder"
    assert morning.seen(alarm)["acknowledged_by"] is None
    assert foreign.post(f"{path}/notes", {"text": "校门已关"}).status_code == 200
    own = morning.console("school_admin")
    assert own.post(f"{path}/acknowledgement").status_code == 200


def test_its_page_stops_ringing_when_somebody_has_taken_notice(
    morning: Morning, foreign: Caller, alarm: dict[str, Any]
) -> None:
    """It reads that a console of which role has, without the name."""
    path = f"/api/alarms/{alarm['id']}"
    assert morning.console().post(f"{path}/acknowledgement").status_code == 200
    lines = [one for one in foreign.get(path).json["timeline"] if one["act"] == "acknowledged"]
    assert [(one["actor_id"], one["facts"]["role"]) for one in lines] == [(None, "dispatcher")]


def test_the_event_in_its_room_is_what_it_would_fetch(
    morning: Morning, foreign: Caller, alarm: dict[str, Any]
) -> None:
    path = f"/api/alarms/{alarm['id']}"
    assert foreign.post(f"{path}/notes", {"text": "校门已关"}).status_code == 200
    assert morning.console().post(f"{path}/acknowledgement").status_code == 200
    rooms = {number: f"school:{morning.district.schools[number]}" for number in (HERE, ELSEWHERE)}
    with morning.store.read() as connection:
        told = {number: event_rooms.in_room(connection, room, 0, 500) for number, room in rooms.items()}
    assert told[ELSEWHERE][-1]["data"] == foreign.get(path).json
    assert told[HERE][-1]["data"] == morning.console("school_admin").get(path).json


def test_after_the_end_it_reads_no_report(morning: Morning, foreign: Caller, alarm: dict[str, Any]) -> None:
    path = f"/api/alarms/{alarm['id']}"
    assert _code(foreign.get(f"{path}/report")) == (404, "not_found")
    end = {"outcome": "real", "finding": "已处置"}
    assert morning.console().post(f"{path}/resolution", end).status_code == 200
    assert _code(foreign.get(f"{path}/report")) == (404, "not_found")
    assert foreign.get(path).json["finding"] is None
    assert morning.console("school_admin").get(f"{path}/report").status_code == 200


def test_a_place_that_was_chosen_is_its_own_school_s(
    morning: Morning, foreign: Caller, alarm: dict[str, Any]
) -> None:
    path, place = f"/api/alarms/{alarm['id']}", morning.seen(alarm)["places"][0]
    assert morning.console().post(f"{path}/place", {"place_id": place["id"]}).status_code == 200
    whole = morning.seen(alarm)
    assert foreign.get(path).json == whole
    room = f"school:{morning.district.schools[ELSEWHERE]}"
    with morning.store.read() as connection:
        assert event_rooms.in_room(connection, room, 0, 500)[-1]["data"] == whole
    assert foreign.post(f"{path}/acknowledgement").status_code == 200


def test_a_console_that_names_a_post_names_no_other_place_by_its_browser(
    morning: Morning, foreign: Caller
) -> None:
    body = {"post_id": morning.district.posts[ELSEWHERE], "fix": morning.fix(0)}
    told = foreign.post("/api/alarms", body).json
    assert (told["post_id"], told["places"]) == (morning.district.posts[ELSEWHERE], [])
    assert foreign.get(f"/api/alarms/{told['id']}").json == told, "its own alarm is seen whole"
