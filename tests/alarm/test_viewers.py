"""What everybody sees of an alarm, by every way to it, while it is open and after it has ended.

Somebody sees *all* (others by number), *counts* (answers without numbers), or *none* of it: at most his own part.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, insert, update

from server.alarm.rules.sight import as_told
from server.core.database import event_log
from server.core.database.transaction import Store
from server.people.queries import accounts, sessions
from server.people.tables import session
from server.places.tables import district as districts
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.insiders import Insiders

SignIn = Callable[[int | None], Caller]

# By each way: one, the list, its people, the events, the own old request number, the timeline; open, and ended.
EXPECTED = """
raiser               all all all all all none             counts counts none counts counts none
asked                all all all all all none             none none none none none none
reporter, stranger   counts counts none counts counts none counts counts none counts counts none
asked, stranger      counts counts none counts counts none none none none none none none
reporter, suspended  none none none counts counts none    none none none counts counts none
asked, suspended     none none none counts none none      none none none none none none
reporter, elsewhere  counts counts none counts counts none counts counts none counts counts none
asked, elsewhere     none none none none none none        none none none none none none
reporter, gone       none none none none counts none      none none none none counts none
bystander            none none none none none none        none none none none none none
school               all all all all none all             all all all all none all
station              all all all all none all             all all all all none all
other station        none none none none none none        none none none none none none
no station           none none none none none none        none none none none none none
dispatcher           all all all all none all             all all all all none all
auditor              none none none none none none        none none none none none none
"""
WHO = ("account_id", "actor_id", "raised_by", "acknowledged_by", "resolved_by", "met_by", "by")
WHERE = ("distance_m", "bearing_deg", "from_post_id")


@dataclass
class Scene:
    """An alarm, those who look at it, and the write that each had sent to it."""

    app: Flask
    store: Store
    now: datetime
    alarm: dict[str, Any]
    viewers: dict[str, Caller]
    sent: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def send(self, name: str, path: str, **body: Any) -> Any:
        """Let a viewer write, and remember the write."""
        self.sent[name] = path, {"request_id": str(uuid4()), **body}
        answer = self.viewers[name].post(*self.sent[name])
        assert answer.status_code in {200, 201}, (name, answer.json)
        return answer.json

    def ways(self, name: str) -> Iterator[Any]:
        """Let a viewer read the alarm by every way; gives what came of it by each."""
        one, path = self.viewers[name], f"/api/alarms/{self.alarm['id']}"
        yield one.get(path).json
        yield one.get("/api/alarms").json
        yield one.get(f"{path}/people").json
        told = one.get("/api/events", after=0, epoch=self._epoch(one)).json.get("events", [])
        yield [event for event in told if event["name"] == "alarm.changed"]
        yield one.post(*self.sent[name]).json if name in self.sent else {}
        yield one.get(f"{path}/timeline").json

    def _epoch(self, one: Caller) -> str:
        with self.store.read() as connection:
            return event_log.history(connection, room_in(connection, one, self.now))


def room_in(connection: Connection, one: Caller, now: datetime) -> str:
    """Give the room that somebody's page is in; of one whose session has ended, none."""
    return sessions.rooms(connection, [one.session_id], now).get(one.session_id, "nowhere")


def numbers(answer: Any) -> Iterator[tuple[str, Any]]:
    """List everything in an answer that tells who or where somebody is."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name in (*WHO, *WHERE):
                yield name, value
            yield from numbers(value)
    elif isinstance(answer, list):
        for one in answer:
            yield from numbers(one)


def views(answer: Any) -> Iterator[dict[str, Any]]:
    """List the alarms in an answer."""
    if isinstance(answer, dict):
        if "responses" in answer and "raised_at" in answer:
            yield answer
        for value in answer.values():
            yield from views(value)
    elif isinstance(answer, list):
        for one in answer:
            yield from views(one)


def seen(answer: Any, account_id: int) -> str:
    """Tell how much somebody sees in an answer."""
    if {value for name, value in numbers(answer) if name in WHO} - {None, account_id}:
        return "all"
    nameless = [one for view in views(answer) for one in view["responses"] if one["account_id"] is None]
    assert [
        one[name] for one in nameless for name in (*WHERE, "why", "replaces") if one[name] is not None
    ] == []
    return "counts" if nameless else "none"


def officer(store: Store, clock: WoundClock, district: SmallDistrict, **scope: int) -> int:
    """Make another officer, of a station or of none."""
    with store.transaction(clock.now()) as transaction:
        number = accounts.add(
            transaction.connection,
            district_id=district.district_id,
            username=f"officer {scope}",
            name="测试",
            role="station_officer",
            status="approved",
            registered_at=clock.now(),
            **scope,
        )
    assert number is not None
    return number


@pytest.fixture
def scene(
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    insiders: Insiders,
    app_store: Store,
    clock: WoundClock,
) -> Scene:
    """Let one alarm come about, with everybody in it, and then take from each what he loses."""
    here = district.posts[0]
    viewers = {
        "raiser": caller(team[0][0]),
        "asked": caller(team[0][1]),
        "reporter, stranger": insiders.stranger("volunteer"),
        "asked, stranger": insiders.stranger("security"),
        "reporter, suspended": caller(team[0][2]),
        "asked, suspended": caller(team[0][3]),
        "reporter, elsewhere": insiders.stranger("teacher"),
        "asked, elsewhere": insiders.stranger("volunteer"),
        "reporter, gone": caller(team[0][4]),
        "bystander": caller(district.guards[2][3]),
        "school": caller(district.consoles["school_admin"]),
        "station": caller(district.consoles["station_officer"]),
        "other station": caller(officer(app_store, clock, district, station_id=district.stations[1])),
        "no station": caller(officer(app_store, clock, district)),
        "dispatcher": caller(district.consoles["dispatcher"]),
        "auditor": caller(district.consoles["auditor"]),
    }
    made = Scene(app, app_store, clock.now(), {}, viewers)
    made.alarm = made.send("raiser", "/api/alarms", post_id=here)
    for name in viewers:
        if name.startswith("reporter"):
            assert made.send(name, "/api/alarms", post_id=here)["id"] == made.alarm["id"]
        elif name.startswith("asked"):
            made.send(name, f"/api/alarms/{made.alarm['id']}/responses", state="responding")
    with app_store.transaction(clock.now()) as transaction:
        other = transaction.connection.execute(
            insert(districts).values(name="别区", time_zone="Asia/Shanghai").returning(districts.c.id)
        ).scalar_one()
        ended = {"ended_at": clock.now()}
        gone = viewers["reporter, gone"].session_id
        transaction.connection.execute(update(session).where(session.c.id == gone).values(**ended))
    for name, one in viewers.items():
        if name.endswith("suspended"):
            insiders.changed(one.account_id, on_duty=False, status="suspended")
        elif name.endswith("elsewhere"):
            insiders.changed(one.account_id, on_duty=False, district_id=other)
    viewers["dispatcher"].post(f"/api/alarms/{made.alarm['id']}/notes", {"text": "从北门进"})
    return made


def end(scene: Scene) -> None:
    """End the alarm."""
    ending = {"outcome": "real", "finding": "查明是误会"}
    path = f"/api/alarms/{scene.alarm['id']}/resolution"
    assert scene.viewers["dispatcher"].post(path, ending).status_code == 200


def test_who_sees_how_much_by_every_way(scene: Scene) -> None:
    found: dict[str, list[str]] = {}
    for open_or_ended in range(2):
        if open_or_ended == 1:
            end(scene)
        for name, one in scene.viewers.items():
            assert one.account_id is not None
            for answer in scene.ways(name):
                found.setdefault(name, []).append(seen(answer, one.account_id))
    expected = {line[:20].strip(): line[20:].split() for line in EXPECTED.strip().splitlines()}
    assert found == expected


def test_nobody_who_sees_counts_reads_what_others_wrote(scene: Scene) -> None:
    end(scene)
    for name, one in scene.viewers.items():
        text = "".join(str(answer) for answer in scene.ways(name))
        told = "从北门进" in text or "查明是误会" in text
        console = name in {"school", "station", "dispatcher"}
        # Whoever counted had heard, while it was open, what was written until then.
        assert told == console, (name, one.account_id)


@pytest.mark.parametrize("ended", [False, True])
def test_the_event_in_everybodys_room_is_what_he_would_fetch(scene: Scene, ended: bool) -> None:
    if ended:
        end(scene)
    path = f"/api/alarms/{scene.alarm['id']}"
    fetched = {name: one.get(path) for name, one in scene.viewers.items()}
    compared = 0
    with scene.store.read() as connection:
        events = event_log.since(connection, 0)
        for name, answer in fetched.items():
            room = room_in(connection, scene.viewers[name], scene.now)
            told = [one for one in events if one.name == "alarm.changed" and room in one.rooms]
            if answer.status_code == 200 and not name.endswith("elsewhere"):
                assert as_told(told[-1].data, room) == answer.json, name
                compared += 1
    assert compared == (5 if ended else 7)


def test_a_poster_of_another_district_names_no_post(
    scene: Scene, insiders: Insiders, district: SmallDistrict
) -> None:
    """Its people would be called, and the presser would see the alarm of a district that is not his."""
    elsewhere = scene.viewers["reporter, elsewhere"].get("/api/me").json["district"]["id"]
    one = insiders.changed(district.guards[2][3], on_duty=False, district_id=elsewhere)
    pressed = one.post("/api/alarms", {"post_code": district.codes[0]})
    assert (pressed.status_code, pressed.json["code"]) == (422, "place_missing")
