"""Personal data goes when its time is over, with proof; cursors survive."""

from dataclasses import replace

import pytest
from sqlalchemy import func, insert, select, text

from server.config import read_settings
from server.jobs.retention import purge
from server.store import audit, event_log, messages, positions
from server.store.transaction import Store
from tests.tools.clock import WoundClock

SETTINGS = read_settings({"HUXUE_MODE": "demo"})


def count(store: Store, table: object) -> int:
    with store.read() as connection:
        found: int = connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]
        return found


def test_raw_positions_go_after_a_week_and_leave_a_proof(store: Store, clock: WoundClock) -> None:
    row = {"account_id": 1, "check_in_id": 1, "latitude": 31.0, "longitude": 117.0, "accuracy_m": 5.0}
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(insert(positions.position), [{**row, "at": clock.now()}] * 3)
    clock.wind(minutes=7 * 24 * 60 - 1)
    assert purge(store, SETTINGS, clock.now()) == {}
    clock.wind(minutes=2)
    assert purge(store, SETTINGS, clock.now()) == {"position": 3}
    assert count(store, positions.position) == 0
    with store.read() as connection:
        proof = connection.execute(select(audit.audit_row.c.act, audit.audit_row.c.facts)).all()
    assert proof == [("purge", {"position": 3})]


def test_the_newest_event_stays_so_that_a_cursor_never_goes_back(store: Store, clock: WoundClock) -> None:
    for number in range(3):
        with store.transaction(clock.now()) as transaction:
            transaction.tell("coverage.changed", {"number": number}, ("district:1",))
    with store.read() as connection:
        newest = event_log.last(connection)
    clock.wind(minutes=8 * 24 * 60)
    assert purge(store, SETTINGS, clock.now())["event"] == 2
    with store.read() as connection:
        assert event_log.last(connection) == newest
        assert event_log.oldest(connection) == newest


def test_what_an_alarm_sent_is_kept_as_long_as_check_ins_are(store: Store, clock: WoundClock) -> None:
    draft = messages.Draft("sms", "alarm_call", "19900000001", "a", "{}", clock.now())
    with store.transaction(clock.now()) as transaction:
        drafts = [draft, replace(draft, alarm_id=1, reference="b")]
        messages.put(transaction.connection, drafts, clock.now())
    clock.wind(minutes=8 * 24 * 60)
    assert purge(store, SETTINGS, clock.now()) == {"message": 1}
    with store.read() as connection:
        assert [row["alarm_id"] for row in messages.of_alarms(connection, [1])] == [1]
    clock.wind(minutes=365 * 24 * 60)
    assert purge(store, SETTINGS, clock.now()) == {"message": 1}


def test_a_table_that_keeps_its_rows_keeps_no_other_from_being_purged(
    store: Store, clock: WoundClock
) -> None:
    """Somebody has forbidden to delete positions, in the database itself."""
    if not store.is_sqlite:
        pytest.skip("a trigger of PostgreSQL is written otherwise, and fails alike")
    with store.engine.begin() as connection:
        forbidden = "BEFORE DELETE ON position BEGIN SELECT RAISE(ABORT, 'kept'); END"
        connection.execute(text(f"CREATE TRIGGER kept {forbidden}"))
    row = {"account_id": 1, "latitude": 31.0, "longitude": 117.0, "accuracy_m": 5.0, "at": clock.now()}
    draft = messages.Draft("sms", "sign_in_code", "19900000001", "a", "1", clock.now())
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(insert(positions.position), [{**row, "check_in_id": 1}])
        messages.put(transaction.connection, [draft], clock.now())
    clock.wind(minutes=8 * 24 * 60)
    assert purge(store, SETTINGS, clock.now()) == {"message": 1}
