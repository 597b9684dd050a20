"""What a list may ask of: so many rows, so many faults, and few people who are registered elsewhere."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import insert, select

from server.core.audit import audit_row
from server.core.database.sealing import telephones
from server.core.database.transaction import Store
from server.people.queries import imports
from server.people.rules.imports import ELSEWHERE_TOLD
from server.people.service import import_elsewhere, import_reading
from server.people.tables import account
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.guard_lists import faults_of, guards_file, read_list, rows_of, send_list
from tests.tools.jobs import work_off

SignIn = Callable[[int | None], Caller]
FAULTY_ROW = {
    "place": 1,
    "verdict": "fault",
    "sheet": "人员",
    "row": 2,
    "name": "周新",
    "was": {},
    "faults": [],
}


@pytest.fixture
def school(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


def _named(number: int) -> str:
    """Give a name without digits, which might be an office's."""
    return f"新人{chr(0x4E00 + number)}"


def test_a_list_tells_of_some_that_they_are_registered_elsewhere_and_then_of_nobody_for_a_day(
    app: Flask, school: Caller, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    """Else it would be a way to try telephones out: it said so of 32,848 in one list."""
    phones = [f"1990005{number:04}" for number in range(ELSEWHERE_TOLD + 1)]
    with app_store.transaction(clock.now()) as transaction:
        values = {
            "role": "guard",
            "status": "approved",
            "category": "teacher",
            "district_id": district.district_id,
            "school_id": district.schools[1],
            "registered_at": clock.now(),
        }
        connection = transaction.connection
        for number, phone in enumerate(phones):
            written = telephones.written(connection, account, phone)
            connection.execute(insert(account).values(**values, name=_named(number), **written))
    listed = [[_named(number), phone, "教职工", "", ""] for number, phone in enumerate(phones)]
    few = read_list(app, school, guards_file(*listed[:ELSEWHERE_TOLD]))
    assert {fault for _row, fault in faults_of(school, few["id"])} == {"known_elsewhere"}
    # The same ones once more are no others.
    again = read_list(app, school, guards_file(*listed[:ELSEWHERE_TOLD]))
    assert len(faults_of(school, again["id"])) == ELSEWHERE_TOLD
    one_more = read_list(app, school, guards_file(listed[-1]))
    assert faults_of(school, one_more["id"]) == [(0, "many_elsewhere")]
    # From then on not even whether there was one.
    unknown = guards_file(["张新", "19900010001", "教职工", "", ""])
    assert faults_of(school, read_list(app, school, unknown)["id"]) == [(0, "many_elsewhere")]
    with app_store.read() as connection:
        acts = select(audit_row.c.facts).where(audit_row.c.act == "guards.import_elsewhere")
        facts = list(connection.execute(acts.order_by(audit_row.c.id)).scalars())
    assert [len(one.get("account_ids", [])) for one in facts] == [ELSEWHERE_TOLD, 0]
    clock.wind(seconds=25 * 3600)
    assert read_list(app, school, unknown)["counts"]["new"] == 1


def test_a_list_that_asks_of_too_many_at_once_learns_of_nobody(
    app: Flask, school: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_elsewhere, "ELSEWHERE_TOLD", 1)
    found = read_list(
        app,
        school,
        guards_file(
            ["周新", "19900000100", "教职工", "", ""],
            ["吴新", "19900000101", "教职工", "", ""],
            ["张新", "19900010001", "教职工", "", ""],
        ),
    )
    assert faults_of(school, found["id"]) == [(0, "many_elsewhere")]
    assert found["counts"] == {"new": 0, "changed": 0, "same": 0, "fault": 1}


def test_a_school_s_list_has_as_many_rows_as_a_school_and_the_first_faults_are_kept(
    app: Flask, school: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_reading, "MOST_ROWS_OF_SCHOOL", 12)
    monkeypatch.setattr(import_reading, "MOST_FAULTS_KEPT", 3)
    rows = [[_named(number), "1", "教职工", "", ""] for number in range(10)]
    found = read_list(app, school, guards_file(*rows, ["张新", "19900010001", "教职工", "", ""]))
    assert found["counts"] == {"new": 1, "changed": 0, "same": 0, "fault": 10}
    assert [row for row, _fault in faults_of(school, found["id"])] == [2, 3, 4]
    assert [one["name"] for one in rows_of(school, found["id"], "new")] == ["张新"]
    for content, called, pasted in (
        (guards_file(*rows, *rows), "名单.xlsx", None),
        (b"1\n" * 13, "p", "teacher"),
    ):
        query = {"request_id": str(uuid4()), "called": called, "pasted_as": pasted}
        sent = school.client.post(
            "/api/guard-imports",
            query_string={key: value for key, value in query.items() if value},
            data=content,
            content_type="application/octet-stream",
            headers={"X-CSRF-Token": school.csrf_token},
        )
        work_off(app)
        assert faults_of(school, sent.json["id"]) == [(0, "file_too_many_rows")]


def test_nothing_is_told_of_a_row_before_all_are_read(app: Flask, school: Caller) -> None:
    sent = send_list(school, guards_file(["周新", "19900000100", "教职工", "", ""]))
    with app.extensions["huxue"].store.transaction(app.extensions["huxue"].now()) as transaction:
        imports.put_rows(transaction.connection, sent.json["id"], [FAULTY_ROW])
    assert rows_of(school, sent.json["id"], "fault") == []
    work_off(app)
    assert len(rows_of(school, sent.json["id"], "fault")) == 1


def test_nobody_on_a_list_is_called_like_a_joint_unit(
    app: Flask, school: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    desk = caller(district.consoles["district_admin"])
    made = desk.post("/api/units", {"name": "青禾救援站", "kind": "fire", "telephone": "0551-62000119"})
    assert made.status_code == 201, made.json
    found = read_list(app, school, guards_file(["青禾救援站", "19900010001", "教职工", "", ""]))
    assert faults_of(school, found["id"]) == [(2, "name_of_office")]
