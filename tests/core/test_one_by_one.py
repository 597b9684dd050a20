"""One row that cannot be worked on holds up no other; a database that is away is still seen as such."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from server.alarm.jobs.escalation import take_due
from server.alarm.jobs.unanswered import time_out_due
from server.alarm.tables import alarms as alarm_alarms
from server.alarm.tables import escalation
from server.core.clock.row_retry import PAUSES, RowRetry
from server.core.database.transaction import Store
from server.core.limits import Limits
from tests.alarm.test_escalation_job import steps
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def limits(app: Flask) -> Limits:
    """Give the application's rules."""
    found: Limits = app.extensions["huxue"].limits
    return found


@pytest.fixture
def alarm_ids(caller: SignIn, team: list[list[int]]) -> list[int]:
    """Let each of three posts raise an alarm."""
    return [caller(post[0]).post("/api/alarms").json["id"] for post in team]


def poison_the_steps(store: Store, alarm_id: int) -> None:
    """Leave a ladder in a phase that this version does not know, as after going back to an older one."""
    with store.engine.begin() as connection:
        connection.execute(
            update(escalation.ladder)
            .where(escalation.ladder.c.alarm_id == alarm_id, escalation.ladder.c.tier == 1)
            .values(phase="standing_by")
        )


def poison_the_responses(store: Store, alarm_id: int) -> None:
    """Leave people of a group that this version does not know."""
    with store.engine.begin() as connection:
        connection.execute(
            update(alarm_alarms.response)
            .where(alarm_alarms.response.c.alarm_id == alarm_id)
            .values(group="firefighter")
        )


def test_an_alarm_that_fails_stops_the_steps_of_no_other(
    app_store: Store,
    limits: Limits,
    alarm_ids: list[int],
    clock: WoundClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    poison_the_steps(app_store, alarm_ids[0])
    rows = RowRetry("escalation")
    for _ in range(3):
        clock.wind(seconds=30)
        take_due(app_store, limits, clock.now(), rows)
    taken = [(alarm_id, number) for alarm_id, tier, number in steps(app_store) if tier == 2]
    assert taken[3:] == [(one, number) for number in (1, 2, 3) for one in alarm_ids[1:]]
    assert rows.failures == Counter(escalation=3)
    failure = caplog.records[0]
    assert f"escalation: {alarm_ids[0]} failed: ValueError" in failure.message
    assert failure.exc_text and "server/alarm/queries/ladders.py" in failure.exc_text
    assert "standing_by" not in caplog.text


def test_an_alarm_whose_people_cannot_be_read_stops_nobody_elses_time(
    app_store: Store,
    limits: Limits,
    alarm_ids: list[int],
    clock: WoundClock,
    caller: SignIn,
    district: SmallDistrict,
) -> None:
    poison_the_responses(app_store, alarm_ids[0])
    clock.wind(seconds=15)
    assert time_out_due(app_store, limits, clock.now()) > 0
    dispatcher = caller(district.consoles["dispatcher"])
    for alarm_id in alarm_ids[1:]:
        told = dispatcher.get(f"/api/alarms/{alarm_id}").json
        asked_first = [one for one in told["responses"] if one["notified_at"] == told["raised_at"]]
        assert {one["state"] for one in asked_first} == {"timed_out"}


def test_more_alarms_that_fail_than_a_round_takes_leave_room_for_the_others(
    app_store: Store, limits: Limits, alarm_ids: list[int], clock: WoundClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.alarm.jobs.escalation.ALARMS_A_ROUND", 1)
    for alarm_id in alarm_ids[:2]:
        poison_the_steps(app_store, alarm_id)
    clock.wind(seconds=30)
    rows = RowRetry("escalation")
    assert [take_due(app_store, limits, clock.now(), rows) for _ in range(4)] == [0, 0, 3, 0]


def test_the_failures_of_the_clock_are_figures_for_monitoring(
    app: Flask, app_store: Store, alarm_ids: list[int], clock: WoundClock, caller: SignIn
) -> None:
    poison_the_steps(app_store, alarm_ids[0])
    clock.wind(seconds=30)
    app.extensions["huxue.clockwork"].tick(0.0)
    figures = caller(None).get("/metrics").text
    assert 'huxue_duty_failures{duty="escalation"} 1.0' in figures
    assert 'huxue_duty_failures{duty="overdue"} 0.0' in figures
    assert len({number for alarm_id, _tier, number in steps(app_store) if alarm_id != alarm_ids[0]}) == 2


def test_a_row_that_goes_on_failing_is_tried_ever_more_seldom(clock: WoundClock) -> None:
    rows, tried = RowRetry("duty"), []
    bad, good = 1, 2

    def work(row: int) -> int:
        tried.append((row, clock.now()))
        if row == bad:
            raise KeyError
        return 1

    begin = clock.now()
    for _ in range(120):
        assert rows.each([bad, good], work, clock.now()) == 1
        assert rows.resting(clock.now()) == {bad}
        clock.wind(seconds=1)
    waits = [at - begin for row, at in tried if row == bad]
    assert waits[:5] == [sum(PAUSES[:number], timedelta()) for number in range(5)]
    assert rows.failures == Counter(duty=len(waits))
    clock.wind(minutes=-60)
    assert rows.resting(clock.now()) == set(), "a clock that is set back must not silence it for an hour"


def test_a_row_that_works_again_has_no_past(clock: WoundClock) -> None:
    rows, bad = RowRetry("duty"), True

    def work(_row: int) -> int:
        if bad:
            raise ValueError
        return 1

    rows.each([1], work, clock.now())
    bad = False
    clock.wind(seconds=1)
    assert rows.each([1], work, clock.now()) == 1
    bad = True
    rows.each([1], work, clock.now())
    clock.wind(seconds=1)
    assert rows.resting(clock.now()) == set(), "the first pause again"


def test_a_database_that_is_away_ends_the_round_and_one_that_refuses_a_row_does_not(
    app_store: Store, clock: WoundClock
) -> None:
    rows, tried = RowRetry("duty"), []

    def write(number: int) -> int:
        tried.append(number)
        with app_store.transaction(clock.now()) as transaction:
            transaction.connection.execute(text(statements[number]))
        return 1

    # A rule of the tables: a row of its own making.
    refused = "INSERT INTO alarm_report (alarm_id, at, session_state) VALUES (404, 0, 'active')"
    if not app_store.is_sqlite:
        refused = refused.replace("404, 0", "404, now()")
    statements = [refused, "UPDATE account SET id = id", locked_out(app_store)]
    assert rows.each([0, 1], write, clock.now()) == 1
    assert rows.failures == Counter(duty=1)
    with app_store.engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(text(refused))
    tried.clear()
    with pytest.raises(OperationalError):
        rows.each([2, 1], write, clock.now())
    assert len(tried) == 1, "it is not asked again for each row"
    assert rows.failures == Counter(duty=1)
    assert rows.each([1], write, clock.now()) == 1


def locked_out(store: Store) -> str:
    """Give a statement that fails as when the file is not to be read, or as when the line is cut."""
    return "UPDATE nowhere SET id = 1" if store.is_sqlite else "SELECT pg_terminate_backend(pg_backend_pid())"
