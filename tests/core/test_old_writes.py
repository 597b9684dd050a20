"""A write that is sent again, long after: it must neither open what is closed by now, nor stop an alarm."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from server.alarm.tables.alarms import alarm
from server.core.database.transaction import Store
from server.people.tables import account, session
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import asked, count
from tests.tools.insiders import Insiders

SignIn = Callable[[int | None], Caller]
FINDING = "查明是误会"


def test_who_was_asked_does_not_read_an_ended_alarm_by_sending_his_answer_again(
    caller: SignIn, district: SmallDistrict, team: list[list[int]]
) -> None:
    raised = caller(team[0][0]).post("/api/alarms").json
    guard = caller(next(one for one in asked(raised) if one in team[0]))
    path = f"/api/alarms/{raised['id']}"
    writes = [("responses", {"state": "responding"}), ("notes", {"text": "在门口"})]
    sent = [(f"{path}/{name}", body | {"request_id": str(uuid4())}) for name, body in writes]
    for where, body in sent:
        assert guard.post(where, body).status_code == 200
        assert guard.post(where, body).status_code == 200, "a retry while it goes on"
    ending = {"outcome": "real", "finding": FINDING}
    caller(district.consoles["dispatcher"]).post(f"{path}/resolution", ending)
    for where, body in sent:
        again = guard.post(where, body)
        assert (again.status_code, again.json["code"]) == (409, "alarm_over"), where
        assert FINDING not in again.text


def test_a_console_that_was_moved_reads_nothing_of_its_old_station_by_an_old_write(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    raised = caller(team[0][0]).post("/api/alarms").json
    other = caller(team[1][0]).post("/api/alarms", {"post_id": district.posts[1]}).json
    officer = caller(district.consoles["station_officer"])
    path = f"/api/alarms/{raised['id']}"
    candidate = officer.get(f"{path}/candidates").json["items"][0]["account_id"]
    acts: list[tuple[str, dict[str, Any]]] = [
        (f"{path}/responders", {"account_id": candidate}),
        (f"{path}/responses", {"account_id": candidate, "state": "released"}),
        (f"{path}/acknowledgement", {}),
        (f"{path}/kind", {"kind": "fire"}),
        (f"{path}/notes", {"text": "在门口"}),
        (f"{path}/escalation", {"tiers": [1]}),
        (f"/api/alarms/{other['id']}/merging", {"into": raised["id"]}),
        (f"{path}/resolution", {"outcome": "real", "finding": FINDING}),
    ]
    sent = [(where, body | {"request_id": str(uuid4())}) for where, body in acts]
    device = {"post_id": district.posts[0], "label": "门卫室", "request_id": str(uuid4())}
    number = officer.post("/api/devices", device).json["device"]["id"]
    sent += [("/api/devices", device), (f"/api/devices/{number}/key", {"request_id": str(uuid4())})]
    for where, body in sent:
        assert officer.post(where, body).status_code in {200, 201}, where
    _change(
        app_store, clock.now(), account, district.consoles["station_officer"], station_id=district.stations[1]
    )
    for where, body in sent:
        again = officer.post(where, body)
        assert (again.status_code, again.json["code"]) == (404, "not_found"), where


@pytest.mark.parametrize("role", ["school_admin", "station_officer"])
def test_a_console_that_was_moved_does_not_read_again_whom_it_confirmed(
    caller: SignIn, district: SmallDistrict, insiders: Insiders, clock: WoundClock, role: str
) -> None:
    waiting = insiders.check_in(insiders.stranger("volunteer", on_duty=False))
    console, number = caller(district.consoles[role]), district.consoles[role]
    sent = [
        (f"/api/check-ins/{waiting['id']}/confirmation", {"request_id": str(uuid4())}),
        (f"/api/posts/{district.posts[0]}/confirmations", {"request_id": str(uuid4())}),
    ]
    for where, body in sent:
        assert console.post(where, body).status_code == 200
        assert console.post(where, body).status_code == 200, "a retry while it is there"
    _change(
        insiders.store,
        clock.now(),
        account,
        number,
        station_id=district.stations[1],
        school_id=district.schools[2],
    )
    for where, body in sent:
        again = console.post(where, body)
        assert (again.status_code, again.json["code"]) == (403, "not_yours_to_confirm"), where


def test_a_press_under_the_number_of_another_write_raises_an_alarm(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], app_store: Store
) -> None:
    """It was answered with the alarm of that other write, even an ended one, and nobody heard of the press."""
    first = caller(team[0][0]).post("/api/alarms").json
    guard = caller(next(one for one in asked(first) if one in team[0]))
    number = str(uuid4())
    path = f"/api/alarms/{first['id']}"
    assert guard.post(f"{path}/responses", {"request_id": number, "state": "responding"}).status_code == 200
    caller(district.consoles["dispatcher"]).post(
        f"{path}/resolution", {"outcome": "real", "finding": FINDING}
    )
    pressed = guard.post("/api/alarms", {"request_id": number})
    assert (pressed.status_code, pressed.json["state"]) == (201, "open")
    assert count(app_store, alarm) == 2


@pytest.mark.parametrize("ended", ["ended", "expired", "suspended"])
def test_an_ended_session_raises_but_reads_nothing_that_people_wrote(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    app_store: Store,
    clock: WoundClock,
    ended: str,
) -> None:
    thief = caller(team[0][1])
    raised = caller(team[0][0]).post("/api/alarms").json
    caller(district.consoles["dispatcher"]).post(f"/api/alarms/{raised['id']}/notes", {"text": "从北门进"})
    now = clock.now()
    if ended == "suspended":
        _change(app_store, now, account, team[0][1], status="suspended")
    else:
        at = {"ended_at": now} if ended == "ended" else {"expires_at": now - timedelta(minutes=1)}
        _change(app_store, now, session, thief.session_id, **at)
    body = {"post_id": district.posts[0], "request_id": str(uuid4())}
    for _time in range(2):
        told = thief.post("/api/alarms", body)
        assert (told.status_code, told.json["id"]) == (201, raised["id"])
        assert "从北门进" not in told.text
        assert (told.json["timeline"], told.json["deliveries"]) == ([], [])
        assert told.json["responses"], "who comes is still told"


def _change(store: Store, now: datetime, table: Any, number: int, **values: Any) -> None:
    with store.transaction(now) as transaction:
        transaction.connection.execute(update(table).where(table.c.id == number).values(**values))
