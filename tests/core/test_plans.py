"""What runs all day reads by index: a statement that scans a table that grows is slow after a month, not in a test."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from deploy.programs import postgres
from server.alarm.queries.posts import AlarmPost
from server.audit.queries import pages as audit_queries
from server.config import read_settings
from server.core import audit
from server.core.access.roles import Role
from server.core.database import event_log, event_rooms
from server.core.database.transaction import Store
from server.core.geo import Box
from server.delivery.jobs import messages as messages_job
from server.duty.queries import crowds, positions
from server.people.queries import accounts
from tests.tools.clock import WoundClock
from tests.tools.keys import open_store
from tests.tools.retention import purge

SETTINGS = read_settings({"HUXUE_MODE": "demo"})
# The last place of each person is not among them: it grows no further than the people do.
GROWS = ("audit_row", "check_in", "event", "event_room", "message", "position", "request")
GROWS += ("session", "sign_in_code", "ticket")
Work = Callable[[Store, WoundClock], Any]


@contextmanager
def overheard(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """Write down each statement that is sent, with its parameters."""
    heard: list[tuple[str, Any]] = []

    def hear(_one: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        heard.append((statement, parameters[0] if many else parameters))

    engines = {store.engine, store._reader.engine if not store.is_sqlite else store._reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    yield heard
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)


def scanned(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """Name the tables that a statement reads through from end to end."""
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        found = [re.match(r"SCAN (\w+)", row[3]) for row in plan]
    else:
        # A small table is read through in any case; forbidden it, the planner tells whether it has another way.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all()
        found = [re.search(r"Seq Scan on (\w+)", row[0]) for row in plan]
    return [one[1] for one in found if one and one[1] in GROWS]


def hub(store: Store, clock: WoundClock) -> None:
    """Read what is new, as the hub does on every bell."""
    with store.transaction(clock.now()) as transaction:
        transaction.publish("coverage.changed", {}, ("district:1",))
    with store.read() as connection:
        event_log.since(connection, 0)
        event_rooms.in_room(connection, "district:1", 0)
        event_log.last(connection)
        event_log.ends(connection)
        event_rooms.standing(connection, "district:1", after=1, up_to=1)


def looks(store: Store, clock: WoundClock) -> None:
    """Ask for what consoles and reports ask for again and again."""
    with store.read() as connection:
        audit.seen_since(connection, 1, "see_positions", clock.now())
        audit_queries.acts(connection)
        span = {"since": clock.now() - timedelta(minutes=30), "until": clock.now()}
        positions.trails(connection, [1, 2], **span)
        box = Box(31.0, 117.0, 31.1, 117.1)
        crowds.known_around(connection, 1, post_id=1, box=box, besides=[2])
        crowds.strangers(connection, 1, post_id=1, box=box, most=500)


def consoles(store: Store, clock: WoundClock) -> None:
    """Look for those who sit at a console over an alarm, as its police steps do."""
    with store.read() as connection:
        post = AlarmPost(1, 1, 1, 1, latitude=0.0, longitude=0.0, name="", school_name="")
        accounts.consoles_over(connection, post, [Role.STATION_OFFICER, Role.DISPATCHER])


def consent_withdrawn(store: Store, clock: WoundClock) -> None:
    """Delete the places of one person."""
    with store.transaction(clock.now()) as transaction:
        positions.forget(transaction.connection, 1)


WORKS: dict[str, Work] = {
    "purge": lambda store, clock: purge(store, SETTINGS, clock.now()),
    "tidy": lambda store, clock: messages_job.tidy(store, clock.now()),
    "hub": hub,
    "looks": looks,
    "consent": consent_withdrawn,
}


@pytest.mark.parametrize("name", WORKS)
def test_nothing_that_grows_is_read_through(name: str, store: Store, clock: WoundClock) -> None:
    with overheard(store) as heard:
        WORKS[name](store, clock)
    assert heard
    asked = [(statement, parameters) for statement, parameters in heard if not statement.startswith("PRAGMA")]
    with store.transaction(clock.now()) as transaction:
        found = {
            statement: tables
            for statement, parameters in asked
            if (tables := scanned(transaction.connection, statement, parameters))
        }
    assert found == {}


def test_consoles_are_found_by_their_role_among_thirty_thousand_guards(
    store: Store, clock: WoundClock
) -> None:
    with overheard(store) as heard:
        consoles(store, clock)
    statement, parameters = heard[-1]
    explain = "EXPLAIN QUERY PLAN" if store.is_sqlite else "EXPLAIN"
    with store.transaction(clock.now()) as transaction:
        if not store.is_sqlite:
            # While the table is empty, any other way looks as good.
            transaction.connection.execute(text("SET LOCAL enable_seqscan = off"))
            transaction.connection.execute(text("SET LOCAL enable_indexscan = off"))
        plan = transaction.connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    assert "ix_account_district_id_role" in str(plan)


def test_postgresql_keeps_no_plan_of_an_empty_night_for_a_full_morning(
    postgres_server: postgres.Server, clock: WoundClock
) -> None:
    store = open_store(postgres_server.fresh_url())
    statement, chosen = "SELECT count(*) FROM account WHERE district_id = %(number)s", {"number": 1}
    with store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        for _time in range(20):
            connection.exec_driver_sql(statement, chosen)
        kept = connection.exec_driver_sql(
            "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE '%%account%%'"
        ).all()
    store.close()
    assert kept
    assert [row.generic_plans for row in kept] == [0] * len(kept)
