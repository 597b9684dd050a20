"""``flask audit verify``: whatever somebody does to the rows, it says where and ends with 1."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, insert, select, text, update

from server.alarm.rules.timeline_chain import START, seal
from server.alarm.tables.alarms import alarm, alarm_report, response
from server.alarm.tables.escalation import ladder, ladder_step
from server.alarm.tables.timelines import alarm_entry
from server.core.database.transaction import Store
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def numbers(caller: SignIn, district: SmallDistrict, team: list[list[int]], clock: WoundClock) -> list[int]:
    dispatcher = caller(district.consoles["dispatcher"])
    made = []
    for post in (0, 2):
        told = caller(team[post][0]).post("/api/alarms").json
        caller(team[post][1]).post(f"/api/alarms/{told['id']}/responses", {"state": "on_scene"})
        clock.wind(seconds=5)
        made.append(told["id"])
    dispatcher.post(f"/api/alarms/{made[0]}/resolution", {"outcome": "false", "finding": "误触"})
    return made


def lines(connection: Connection, number: int) -> list[Any]:
    query = select(alarm_entry).where(alarm_entry.c.alarm_id == number).order_by(alarm_entry.c.ordinal)
    return [dict(row) for row in connection.execute(query).mappings()]


def edit(connection: Connection, number: int) -> None:
    of_line = (alarm_entry.c.alarm_id == number, alarm_entry.c.ordinal == 3)
    connection.execute(update(alarm_entry).where(*of_line).values(actor_id=1))


def remove(connection: Connection, number: int) -> None:
    connection.execute(
        delete(alarm_entry).where(alarm_entry.c.alarm_id == number, alarm_entry.c.ordinal == 2)
    )


def put_in(connection: Connection, number: int) -> None:
    last = lines(connection, number)[-1]
    forged = {**last, "id": last["id"] + 10_000, "ordinal": last["ordinal"] + 1}
    connection.execute(insert(alarm_entry).values(**forged))


def cut(connection: Connection, number: int) -> None:
    last = lines(connection, number)[-1]
    connection.execute(delete(alarm_entry).where(alarm_entry.c.id == last["id"]))


def cut_and_hide(connection: Connection, number: int) -> None:
    cut(connection, number)
    last = lines(connection, number)[-1]
    end = {"entry_count": last["ordinal"], "head": last["hash"]}
    connection.execute(update(alarm).where(alarm.c.id == number).values(**end))


def make_anew(connection: Connection, number: int) -> None:
    head = START
    for line in lines(connection, number):
        told = {name: line[name] for name in ("ordinal", "at", "actor_id", "act")}
        facts = {**line["facts"], "forged": True}
        previous, head = head, seal(alarm_id=number, previous=head, facts=facts, **told)
        changed = {"facts": facts, "previous_hash": previous, "hash": head}
        connection.execute(update(alarm_entry).where(alarm_entry.c.id == line["id"]).values(**changed))
    connection.execute(update(alarm).where(alarm.c.id == number).values(head=head))


def vanish(connection: Connection, number: int) -> None:
    for table in (alarm_entry, alarm_report, response, ladder, ladder_step):
        connection.execute(delete(table).where(table.c.alarm_id == number))
    connection.execute(delete(alarm).where(alarm.c.id == number))


def find_otherwise(connection: Connection, number: int) -> None:
    connection.execute(update(alarm).where(alarm.c.id == number).values(finding="无人受伤"))


def find_nothing(connection: Connection, number: int) -> None:
    connection.execute(update(alarm).where(alarm.c.id == number).values(finding=None))


def end_otherwise(connection: Connection, number: int) -> None:
    connection.execute(update(alarm).where(alarm.c.id == number).values(outcome="real"))


def open_again(connection: Connection, number: int) -> None:
    connection.execute(update(alarm).where(alarm.c.id == number).values(state="open"))


TAMPERS = (edit, remove, put_in, cut, cut_and_hide, make_anew, vanish)
OF_THE_END = (find_otherwise, find_nothing, end_otherwise, open_again)


@pytest.mark.parametrize("tamper", [*TAMPERS, *OF_THE_END])
def test_whatever_is_done_to_the_rows_is_found(
    app: Flask,
    numbers: list[int],
    app_store: Store,
    clock: WoundClock,
    tamper: Callable[[Connection, int], None],
) -> None:
    verify = app.test_cli_runner().invoke
    clean = verify(args=["audit", "verify"])
    assert (clean.exit_code, clean.stdout.split()[:2]) == (0, ["2", "timelines"])
    with app_store.transaction(clock.now()) as transaction:
        tamper(transaction.connection, numbers[0])
    found = verify(args=["audit", "verify"])
    assert found.exit_code == 1
    assert f"Alarm {numbers[0]}:" in found.stdout and f"Alarm {numbers[1]}:" not in found.stdout


def test_a_row_that_cannot_be_read_any_more_is_said_in_a_sentence(
    app: Flask, app_store: Store, clock: WoundClock, numbers: list[int]
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        if transaction.connection.dialect.name != "sqlite":
            pytest.skip("PostgreSQL itself takes nothing that is no JSON")
        spoil = text("UPDATE alarm_entry SET facts = 'no json' WHERE alarm_id = :number AND ordinal = 1")
        transaction.connection.execute(spoil, {"number": numbers[0]})
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 1
    assert "it was changed" in done.output


def test_devices_from_the_command_line(app: Flask, district: SmallDistrict) -> None:
    run = app.test_cli_runner().invoke
    made = run(args=["device", "issue", "青禾第1小学 南门", "--label", "门卫室"])
    assert made.exit_code == 0 and "hxg_" in made.stdout
    number = made.stdout.split()[1]
    assert "hxg_" in run(args=["device", "rotate", number]).stdout
    assert "revoked" in run(args=["device", "revoke", number]).stdout
    assert run(args=["device", "rotate", number]).exit_code == 1
    assert run(args=["device", "rotate", "99"]).exit_code == 1
    assert run(args=["device", "issue", "nowhere", "--label", "x"]).exit_code == 1
    listed = run(args=["device", "list"]).stdout
    assert "revoked" in listed and "hxg_" not in listed
