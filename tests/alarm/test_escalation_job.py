"""Steps are taken once, whoever turns the clock, and none is lost with a process that dies in the middle."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.alarm.jobs.escalation import take_due
from server.alarm.queries import alarms
from server.alarm.service import escalation
from server.alarm.tables import escalation as alarm_escalation
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery import tables as delivery_tables
from tests.tools.client import Caller
from tests.tools.clock import WoundClock

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


def steps(store: Store) -> list[tuple[int, int, int]]:
    step = alarm_escalation.ladder_step.c
    with store.read() as connection:
        rows = connection.execute(select(step.alarm_id, step.tier, step.number).order_by(step.id))
        return [(row.alarm_id, row.tier, row.number) for row in rows]


def test_many_clocks_at_once_take_each_step_once(
    app_store: Store, limits: Limits, alarm_ids: list[int], clock: WoundClock
) -> None:
    taken: list[int] = []
    for _ in range(4):
        clock.wind(seconds=30)
        ready = threading.Barrier(6)

        def turn(ready: threading.Barrier = ready) -> None:
            ready.wait()
            taken.append(take_due(app_store, limits, clock.now()))

        threads = [threading.Thread(target=turn) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(taken) == 4 * 3 * 3
    assert sorted(steps(app_store)) == [
        (alarm_id, tier, number)
        for alarm_id in sorted(alarm_ids)
        for tier in (1, 2, 3)
        for number in range(5)
    ]


def test_a_process_that_dies_in_the_middle_leaves_nothing_behind(
    app_store: Store, limits: Limits, alarm_ids: list[int], clock: WoundClock
) -> None:
    """Steps, messages and timeline are one transaction: all of it is there, or none."""
    clock.wind(seconds=30)

    class Died(BaseException):
        """What a killed process looks like from inside its transaction."""

    def sent() -> int:
        with app_store.read() as connection:
            return len(connection.execute(select(delivery_tables.message.c.id)).all())

    before, messages_before = steps(app_store), sent()

    def die() -> None:
        with app_store.transaction(clock.now()) as transaction:
            alarm: Any = alarms.by_id(transaction.connection, alarm_ids[0], lock=True)
            assert escalation.take_due(transaction, alarm, limits) == 3
            raise Died

    with pytest.raises(Died):
        die()
    assert (steps(app_store), sent()) == (before, messages_before)
    assert take_due(app_store, limits, clock.now()) == 9
    assert len(set(steps(app_store))) == len(steps(app_store)) == 18


def test_a_backlog_drains_from_its_oldest_end(
    app_store: Store, limits: Limits, alarm_ids: list[int], clock: WoundClock
) -> None:
    """After an hour without any process one round is taken at once, and the next ones keep their distance."""
    clock.wind(minutes=60)
    assert take_due(app_store, limits, clock.now()) == 9
    assert take_due(app_store, limits, clock.now()) == 0
    clock.wind(seconds=30)
    assert take_due(app_store, limits, clock.now()) == 9
