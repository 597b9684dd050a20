"""The clock's loop when the machine's clock jumps, and the database's clock that all processes share."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from server.alarm.queries import ladders
from server.alarm.tables import escalation
from server.areas import AREAS
from server.core.clock.loop import Clockwork
from server.core.database.clock import LOOK_EVERY_S, DatabaseClock
from server.core.database.transaction import Store
from tests.tools.client import Caller
from tests.tools.clock import WoundClock

SignIn = Callable[[int | None], Caller]


class Machine:
    """A machine with a wall clock that may jump and a monotonic one that may not."""

    def __init__(self, app: Flask, clock: WoundClock) -> None:
        platform = app.extensions["huxue"]
        self.wall, self.uptime = clock, 1000.0
        # Without the one that sends messages: this is about steps.
        duties = [one for one in AREAS.duties(platform.store, platform.limits) if one.name != "messages"]
        self.work = Clockwork(platform.store, clock.now, duties, AREAS.due_times())
        self.work.tick(self.uptime)

    def run(self, seconds: float) -> None:
        """Let time pass and the loop turn."""
        self.wall.wind(seconds=seconds)
        self.uptime += seconds
        self.work.tick(self.uptime)

    def jump(self, minutes: float) -> None:
        """Let somebody set the wall clock."""
        self.wall.wind(minutes=minutes)
        self.work.tick(self.uptime)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("minutes", [60, -60, 0.5, -0.5])
def test_a_clock_that_jumps_neither_stalls_nor_rushes_an_alarm(
    app: Flask, caller: SignIn, team: list[list[int]], clock: WoundClock, minutes: float
) -> None:
    store: Store = app.extensions["huxue"].store
    machine = Machine(app, clock)
    told: dict[str, Any] = caller(team[0][0]).post("/api/alarms").json

    def steps() -> int:
        with store.read() as connection:
            return len(connection.execute(select(escalation.ladder_step.c.id)).all())

    assert steps() == 3
    machine.run(20)
    machine.jump(minutes)
    machine.run(9)
    assert steps() == 3, "not before its time"
    machine.run(1)
    assert steps() == 6, "and not after it"
    with store.read() as connection:
        (of_alarm,) = ladders.of_alarms(connection, [told["id"]]).values()
    assert all(one.due_at == clock.now() + timedelta(seconds=30) for one in of_alarm)
    assert machine.work.failures.total() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_jump_that_could_not_be_followed_is_followed_later(
    app: Flask, caller: SignIn, team: list[list[int]], clock: WoundClock
) -> None:
    """Writing was impossible in the very moment of the jump: the alarm must not wait for an hour."""
    store: Store = app.extensions["huxue"].store
    machine = Machine(app, clock)
    caller(team[0][0]).post("/api/alarms")
    with store.engine.begin() as connection:
        refuse = "BEFORE UPDATE ON ladder BEGIN SELECT RAISE(ABORT, 'not now'); END"
        connection.execute(text(f"CREATE TRIGGER refused {refuse}"))
    with pytest.raises(SQLAlchemyError):
        machine.jump(-60)
    with store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER refused"))
    machine.run(30)
    with store.read() as connection:
        assert len(connection.execute(select(escalation.ladder_step.c.id)).all()) == 6


def test_all_processes_have_the_clock_of_the_database(store: Store) -> None:
    """A process whose own clock is an hour off tells the same time, also while the database is away."""
    uptime = [5.0]
    clock = DatabaseClock(store, monotonic=lambda: uptime[0])
    first = clock.now()
    assert abs(first - datetime.now(UTC)) < timedelta(seconds=5)
    if store.is_sqlite:
        return
    uptime[0] += 3
    assert timedelta(seconds=3) <= clock.now() - first < timedelta(seconds=3.5)
    store.close()
    store.engine.dispose()
    uptime[0] += LOOK_EVERY_S
    assert clock.now() - first < timedelta(seconds=LOOK_EVERY_S + 10)
