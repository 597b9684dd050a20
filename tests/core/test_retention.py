"""Personal data goes when its time is over, with proof; cursors survive."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from server.config import BadSetting, read_settings
from server.core import audit
from server.core.database import event_log, requests
from server.core.database.transaction import Store
from server.delivery.queries import alarm_calls, messages
from server.duty import tables as duty_tables
from server.duty.queries import positions
from server.duty.tables import Position
from server.people import tables as people_tables
from tests.tools.clock import WoundClock
from tests.tools.district import make_district
from tests.tools.duty import put_on_duty
from tests.tools.retention import purge

SETTINGS = read_settings({"HUXUE_MODE": "demo"})


def count(store: Store, table: object) -> int:
    with store.read() as connection:
        found: int = connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]
        return found


def test_raw_positions_go_after_a_week_and_leave_a_proof(store: Store, clock: WoundClock) -> None:
    row = {"account_id": 1, "check_in_id": 1, "latitude": 31.0, "longitude": 117.0, "accuracy_m": 5.0}
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(insert(duty_tables.position), [{**row, "at": clock.now()}] * 3)
    clock.wind(minutes=7 * 24 * 60 - 1)
    assert purge(store, SETTINGS, clock.now()) == {}
    clock.wind(minutes=2)
    assert purge(store, SETTINGS, clock.now()) == {"position": 3}
    assert count(store, duty_tables.position) == 0
    with store.read() as connection:
        proof = connection.execute(select(audit.audit_row.c.act, audit.audit_row.c.facts)).all()
    assert proof == [("purge", {"position": 3})]


def test_the_newest_event_stays_so_that_a_cursor_never_goes_back(store: Store, clock: WoundClock) -> None:
    for number in range(3):
        with store.transaction(clock.now()) as transaction:
            transaction.publish("coverage.changed", {"number": number}, ("district:1",))
    with store.read() as connection:
        newest = event_log.last(connection)
        old = len(event_log.since(connection, 0)) - 1
    clock.wind(minutes=8 * 24 * 60)
    assert purge(store, SETTINGS, clock.now())["event"] == old >= 2
    with store.read() as connection:
        assert event_log.last(connection) == newest
        assert event_log.ends(connection) == (newest, newest)


def test_what_an_alarm_sent_is_kept_as_long_as_check_ins_are(store: Store, clock: WoundClock) -> None:
    draft = messages.Draft("sms", "alarm_call", "19900000001", "a", "{}", clock.now())
    with store.transaction(clock.now()) as transaction:
        drafts = [draft, replace(draft, alarm_id=1, reference="b")]
        messages.put(transaction.connection, drafts, clock.now())
    clock.wind(minutes=8 * 24 * 60)
    assert purge(store, SETTINGS, clock.now())["message"] == 1
    with store.read() as connection:
        assert [one.alarm_id for one in alarm_calls.of_alarms(connection, [1])] == [1]
    clock.wind(minutes=365 * 24 * 60)
    assert purge(store, SETTINGS, clock.now()) == {"message": 1}


def on_duty_with_places(store: Store, clock: WoundClock) -> None:
    """Two people on duty, their last places, and what their phones left behind."""
    district = make_district(store, clock.now())
    accounts = put_on_duty(store, district, post=0, seats=[0, 2], now=clock.now())
    with store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        numbers: dict[int, int] = dict(
            connection.execute(select(duty_tables.check_in.c.account_id, duty_tables.check_in.c.id)).all()
        )
        places = [Position(one, numbers[one], 31.0, 117.0, 5.0, clock.now()) for one in accounts]
        positions.keep(connection, places)
        token = {"token_hash": "t", "phone": "19900000001", "expires_at": clock.now()}
        connection.execute(insert(people_tables.ticket).values(used=False, **token))
        code = {"request_hash": "r", "phone": "19900000001", "code_hash": "c", "expires_at": clock.now()}
        connection.execute(
            insert(people_tables.sign_in_code).values(created_at=clock.now(), tries_left=3, used=True, **code)
        )
        session = {"token_hash": "s", "csrf_token": "x", "account_id": accounts[0], "created_at": clock.now()}
        connection.execute(insert(people_tables.session).values(expires_at=clock.now(), **session))
        transaction.remember(accounts[0], "5a1c5a0e-0000-4000-8000-000000000001", "check_in", {})


KINDS = {
    "ticket": 1,
    "sign_in_code": 1,
    "session": 1,
    "request": 1,
    "position": 2,
    "last_position": 2,
    "check_in": 2,
}


def test_each_kind_of_rows_goes_in_its_time(store: Store, clock: WoundClock) -> None:
    on_duty_with_places(store, clock)
    assert purge(store, SETTINGS, clock.now()) == {}
    gone: list[str] = []
    for _day in range(400):
        clock.wind(minutes=24 * 60)
        counts = purge(store, SETTINGS, clock.now())
        assert all(counts[name] == KINDS[name] for name in counts if name in KINDS), counts
        gone += [name for name in counts if name in KINDS]
    assert sorted(gone) == sorted(KINDS), "each once"
    assert gone[-1] == "check_in", "the duty itself stays longest"
    assert count(store, requests.request) == 0


def test_what_something_new_refers_to_stays_and_keeps_nothing_else(store: Store, clock: WoundClock) -> None:
    on_duty_with_places(store, clock)
    clock.wind(minutes=366 * 24 * 60)
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(duty_tables.last_position).values(at=clock.now()))
    gone = purge(store, SETTINGS, clock.now())
    assert {name: gone[name] for name in gone if name in KINDS} == {
        name: number for name, number in KINDS.items() if name not in ("last_position", "check_in")
    }
    clock.wind(minutes=8 * 24 * 60)
    assert purge(store, SETTINGS, clock.now()) == {"last_position": 2, "check_in": 2}


def test_places_may_not_be_kept_as_long_as_the_duties_that_they_belong_to() -> None:
    days = {"HUXUE_POSITION_DAYS": "40", "HUXUE_CHECK_IN_DAYS": "40"}
    with pytest.raises(BadSetting, match="HUXUE_POSITION_DAYS"):
        read_settings({"HUXUE_MODE": "demo", **days})


def test_check_ins_are_kept_until_the_longest_month_is_added_up() -> None:
    with pytest.raises(BadSetting, match="HUXUE_CHECK_IN_DAYS"):
        read_settings({"HUXUE_MODE": "demo", "HUXUE_CHECK_IN_DAYS": "34"})
    assert read_settings({"HUXUE_MODE": "demo", "HUXUE_CHECK_IN_DAYS": "35"}).check_in_days == 35


def test_a_large_backlog_goes_by_and_by(store: Store, clock: WoundClock) -> None:
    row = {"account_id": 1, "check_in_id": 1, "latitude": 31.0, "longitude": 117.0, "accuracy_m": 5.0}
    with store.transaction(clock.now()) as transaction:
        rows = [{**row, "at": clock.now() + timedelta(seconds=number)} for number in range(12_000)]
        transaction.connection.execute(insert(duty_tables.position), rows)
    clock.wind(minutes=8 * 24 * 60)
    counts = [purge(store, SETTINGS, clock.now()).get("position", 0) for _round in range(4)]
    assert counts == [5_000, 5_000, 2_000, 0]


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
        transaction.connection.execute(insert(duty_tables.position), [{**row, "check_in_id": 1}])
        messages.put(transaction.connection, [draft], clock.now())
    clock.wind(minutes=8 * 24 * 60)
    assert purge(store, SETTINGS, clock.now()) == {"message": 1}
