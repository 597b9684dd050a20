"""The seals of the audit log: whatever somebody does to its rows, ``flask audit verify`` says so and ends with 1."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, insert, update

from server.audit.jobs import seal_all_settled, seal_settled
from server.audit.queries.seals import AT_ONCE
from server.audit.tables import audit_seal
from server.auditor.process import Auditor, AuditorChannels
from server.core.audit import audit_row, record
from server.core.database.transaction import Store
from tests.tools.clock import WoundClock

ROWS = 12


def write(store: Store, clock: WoundClock, rows: int = 4) -> None:
    with store.transaction(clock.now()) as transaction:
        for number in range(rows):
            facts = {"alarm_id": number, "text": "看了 电话", "share": 0.1}
            record(transaction.connection, now=clock.now(), actor_id=1, act="see_telephones", facts=facts)


@pytest.fixture
def sealed(app: Flask, app_store: Store, clock: WoundClock) -> Store:
    """Seal three runs of four rows; two more rows wait."""
    for _run in range(3):
        write(app_store, clock)
        clock.wind(minutes=6)
        assert seal_settled(app_store, clock.now()) == 4
    write(app_store, clock, 2)
    assert seal_settled(app_store, clock.now()) == 0, "not settled yet"
    return app_store


def verify(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["audit", "verify", *arguments])
    return done.exit_code, done.output


def newest(app: Flask) -> str:
    return verify(app)[1].strip().rpartition(" ")[2]


def test_as_it_was_written(app: Flask, sealed: Store) -> None:
    code, said = verify(app)
    assert code == 0, said
    assert f"{ROWS} rows of the audit log are as they were sealed, 2 wait." in said
    assert newest(app).startswith("3:")
    assert verify(app, "--seal", newest(app))[0] == 0


def edit(connection: Connection) -> None:
    connection.execute(update(audit_row).where(audit_row.c.id == 6).values(actor_id=2))


def remove(connection: Connection) -> None:
    connection.execute(delete(audit_row).where(audit_row.c.id == 6))


def put_in(connection: Connection) -> None:
    connection.execute(delete(audit_row).where(audit_row.c.id == 6))
    row = {"id": 6, "act": "other", "facts": {}, "actor_id": 1}
    connection.execute(insert(audit_row).values(at=datetime(2026, 11, 22, tzinfo=UTC), **row))


def soften(connection: Connection) -> None:
    connection.execute(update(audit_row).where(audit_row.c.id == 6).values(facts={"alarm_id": 1}))


def unseal(connection: Connection) -> None:
    connection.execute(delete(audit_seal).where(audit_seal.c.number == 2))


DEEDS: dict[str, tuple[Callable[[Connection], None], str]] = {
    "edit": (edit, "seal 2 (rows up to 8): the rows that it binds were changed"),
    "soften": (soften, "seal 2 (rows up to 8): the rows that it binds were changed"),
    "remove": (remove, "seal 2 (rows up to 8): the rows that it binds were changed"),
    "put in": (put_in, "seal 2 (rows up to 8): the rows that it binds were changed"),
    "unseal": (unseal, "seal 3 (rows up to 12): the seal before it is gone"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_changed_row_is_found_by_its_seal(deed: str, app: Flask, sealed: Store, clock: WoundClock) -> None:
    do, words = DEEDS[deed]
    with sealed.transaction(clock.now()) as transaction:
        do(transaction.connection)
    code, said = verify(app)
    assert code == 1
    assert f"Audit log: {words}." in said
    assert "The audit log was changed." in said


def test_a_cut_tail_is_found_by_the_seal_that_was_written_down(
    app: Flask, sealed: Store, clock: WoundClock
) -> None:
    kept = newest(app)
    with sealed.transaction(clock.now()) as transaction:
        transaction.connection.execute(delete(audit_row).where(audit_row.c.id > 8))
        transaction.connection.execute(delete(audit_seal).where(audit_seal.c.number == 3))
    assert verify(app)[0] == 0, "nothing inside tells"
    code, said = verify(app, "--seal", kept)
    assert code == 1 and "Audit log: seal 3: it is gone, and what came after it." in said
    write(sealed, clock)
    clock.wind(minutes=6)
    assert seal_settled(sealed, clock.now()) == 4
    code, said = verify(app, "--seal", kept)
    assert code == 1 and "it is not the one that was written down" in said


def forget_all_seals(connection: Connection) -> None:
    connection.execute(delete(audit_seal))


def forget_all(connection: Connection) -> None:
    connection.execute(delete(audit_seal))
    connection.execute(delete(audit_row))


def forget_the_beginning(connection: Connection) -> None:
    connection.execute(delete(audit_row).where(audit_row.c.id <= 4))
    connection.execute(delete(audit_seal).where(audit_seal.c.number == 1))


EMPTY = "it is empty, although there are accounts or alarms"
UNSEALED = "rows that are more than an hour older than its newest row have no seal"
WHOLE_DEEDS: dict[str, tuple[Callable[[Connection], None], str]] = {
    "all seals": (forget_all_seals, UNSEALED),
    "all rows and seals": (forget_all, EMPTY),
    "the first run": (forget_the_beginning, "seal 2 (rows up to 8): the seal before it is gone"),
}


@pytest.mark.usefixtures("district")
@pytest.mark.parametrize("deed", WHOLE_DEEDS)
def test_what_is_missing_as_a_whole_is_found(deed: str, app: Flask, sealed: Store, clock: WoundClock) -> None:
    clock.wind(minutes=61)
    write(sealed, clock, 1)
    assert list(seal_all_settled(sealed, clock.now())) == [2], "the two that waited"
    assert verify(app)[0] == 0
    do, words = WHOLE_DEEDS[deed]
    with sealed.transaction(clock.now()) as transaction:
        do(transaction.connection)
    code, said = verify(app)
    assert code == 1
    assert f"Audit log: {words}." in said


def test_an_empty_log_of_an_empty_database_is_whole(app: Flask) -> None:
    assert verify(app)[0] == 0


def test_a_log_that_was_made_anew_is_found_by_what_was_left_outside(
    app: Flask, sealed: Store, clock: WoundClock, tmp_path: Path
) -> None:
    sent: list[bytes] = []
    auditor = Auditor(sealed, clock.now, AuditorChannels(lambda _cry: None, lambda: None, sent.append))
    for _look in range(130):
        auditor.look()
        clock.wind(minutes=1)
    assert [json.loads(body)["number"] for body in sent] == [3, 3, 3], "now, and each hour"
    anchors = tmp_path / "anchors"
    anchors.write_bytes(b"\n".join(sent) + b"\n")
    assert verify(app, "--anchor", str(anchors))[0] == 0
    first = verify(app)[1]
    with sealed.transaction(clock.now()) as transaction:
        transaction.connection.execute(delete(audit_seal))
        transaction.connection.execute(update(audit_row).where(audit_row.c.id == 6).values(actor_id=2))
    assert list(seal_all_settled(sealed, clock.now())) == [14]
    code, said = verify(app)
    assert code == 0, "nothing inside tells"
    trusted = "First seal that is trusted: 1:"
    assert said.partition(trusted)[2][:64] != first.partition(trusted)[2][:64], (
        "but its first seal is another"
    )
    code, said = verify(app, "--anchor", str(anchors))
    assert code == 1 and "Audit log: seal 3: it is gone, and what came after it." in said


@pytest.mark.parametrize("written", ["", "\n", "nonsense", "{}", '{"number": "x"}', "{"])
def test_a_file_that_holds_no_seals_is_refused(
    written: str, app: Flask, sealed: Store, tmp_path: Path
) -> None:
    anchors = tmp_path / "anchors"
    anchors.write_text(written)
    assert verify(app, "--anchor", str(anchors))[0] == 2


def test_a_long_log_is_sealed_by_and_by(app: Flask, app_store: Store, clock: WoundClock) -> None:
    write(app_store, clock, AT_ONCE + 5)
    clock.wind(minutes=6)
    assert [seal_settled(app_store, clock.now()) for _turn in range(3)] == [AT_ONCE, 5, 0]
    assert verify(app)[0] == 0


@pytest.mark.parametrize("written", ["", "3", "x:y", ":"])
def test_what_is_no_seal_is_refused(written: str, app: Flask, sealed: Store) -> None:
    code, said = verify(app, "--seal", written)
    assert code == 2 and "NUMBER:HASH" in said
