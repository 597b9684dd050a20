"""What somebody was refused at an alarm: a stable code, a row in the audit log, and nothing else changed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.alarm.tables.alarms import alarm as alarm_table
from server.core import audit
from server.core.database.transaction import Store
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import asked

SignIn = Callable[[int | None], Caller]
NOBODYS = 4_000_000_000


def refused(store: Store) -> list[tuple[int, int, str, str]]:
    """Read what was refused: by whom, at which alarm, what, why."""
    query = select(audit.audit_row).where(audit.audit_row.c.act == "alarm_refused")
    with store.read() as connection:
        rows = connection.execute(query.order_by(audit.audit_row.c.id)).mappings().all()
    return [
        (row["actor_id"], *(row["facts"][name] for name in ("alarm_id", "tried", "code"))) for row in rows
    ]


def state(store: Store) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(select(alarm_table).order_by(alarm_table.c.id)).all())


@pytest.fixture
def alarm(caller: SignIn, team: list[list[int]], district: SmallDistrict) -> dict[str, Any]:
    """Let somebody at the third post raise an alarm, which is another station's than the officer's."""
    told: dict[str, Any] = caller(team[2][0]).post("/api/alarms").json
    assert told["station_id"] == district.stations[1]
    return told


def test_an_unknown_alarm_and_one_beyond_the_scope_are_alike_and_both_recorded(
    caller: SignIn, district: SmallDistrict, alarm: dict[str, Any], app_store: Store
) -> None:
    number = district.consoles["station_officer"]
    officer, before = caller(number), state(app_store)
    for target in (NOBODYS, alarm["id"]):
        for answer in (
            officer.get(f"/api/alarms/{target}"),
            officer.get(f"/api/alarms/{target}/report"),
            officer.post(f"/api/alarms/{target}/acknowledgement"),
            officer.post(f"/api/alarms/{target}/resolution", {"outcome": "real", "finding": "查明"}),
        ):
            assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    tried = ["one_alarm", "report", "acknowledge", "resolve"]
    assert refused(app_store) == [
        (number, target, what, "not_found") for target in (NOBODYS, alarm["id"]) for what in tried
    ]
    assert state(app_store) == before


def test_an_answer_after_the_end_or_after_being_released_is_recorded(
    caller: SignIn, district: SmallDistrict, alarm: dict[str, Any], app_store: Store
) -> None:
    first, second = asked(alarm)[:2]
    dispatcher, path = caller(district.consoles["dispatcher"]), f"/api/alarms/{alarm['id']}"
    dispatcher.post(f"{path}/responses", {"account_id": first, "state": "released"})
    answer = caller(first).post(f"{path}/responses", {"state": "responding"})
    assert (answer.status_code, answer.json["code"]) == (403, "not_asked")
    dispatcher.post(f"{path}/resolution", {"outcome": "real", "finding": "查明"})
    answer = caller(second).post(f"{path}/responses", {"state": "responding"})
    assert (answer.status_code, answer.json["code"]) == (409, "alarm_over")
    # A page that looks once more after the end has done nothing.
    assert caller(second).get(path).json["code"] == "alarm_over"
    assert refused(app_store) == [
        (first, alarm["id"], "respond", "not_asked"),
        (second, alarm["id"], "respond", "alarm_over"),
    ]


def test_trying_numbers_out_is_answered_without_end_and_recorded_within_limits(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][0])
    for number in range(70):
        assert guard.get(f"/api/alarms/{NOBODYS + number}").status_code == 404
    assert len(refused(app_store)) == 60
    clock.wind(minutes=11)
    guard.get(f"/api/alarms/{NOBODYS}")
    assert len(refused(app_store)) == 61
