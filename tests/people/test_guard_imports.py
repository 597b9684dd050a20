"""Bringing in a list of guards: looked at first, then all of it or nothing, by a school for itself alone."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.people.tables import account
from server.people.tables.imports import guard_import_row
from tests.tools.client import Caller, code
from tests.tools.district import SmallDistrict
from tests.tools.guard_lists import (
    SCHOOL,
    faults_of,
    guards_file,
    read_list,
    rows_of,
    send_list,
    take_over,
)
from tests.tools.jobs import work_off
from tests.tools.phone import Phone

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def school(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def district_desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def _named(number: int) -> str:
    """Give a name without digits, which might be an office's."""
    return f"新人{chr(0x4E00 + number)}"


def _people(store: Store) -> int:
    with store.read() as connection:
        number: int = connection.execute(select(func.count()).select_from(account)).scalar_one()
    return number


def test_a_school_looks_at_its_list_and_takes_it_over(app: Flask, school: Caller, app_store: Store) -> None:
    before = _people(app_store)
    content = guards_file(
        ["张新", "199 0001 0001", "教职工", SCHOOL, ""],
        ["李新", "+86 19900010002", "志愿者", "", ""],
        ["测试11", "19900000000", "带班领导", "", ""],
        ["测试改名", "19900000001", "教职工", "", ""],
    )
    found = read_list(app, school, content)
    assert found["state"] == "ready"
    assert found["counts"] == {"new": 2, "changed": 1, "same": 1, "fault": 0}
    assert _people(app_store) == before
    (changed,) = rows_of(school, found["id"], "changed")
    assert (changed["was_name"], changed["name"]) == ("测试12", "测试改名")
    assert rows_of(school, found["id"], "new")[0]["phone_masked"] == "199****0001"

    taken = take_over(app, school, found["id"])
    assert taken["state"] == "taken"
    assert _people(app_store) == before + 2
    listed = {
        one["name"]: one for one in school.get("/api/guards", status="approved", limit=100).json["items"]
    }
    assert {"张新", "李新", "测试改名"} <= set(listed)
    assert listed["张新"]["school_name"] == SCHOOL
    # The same file again changes nothing, and is not taken over.
    again = read_list(app, school, content)
    assert again["counts"] == {"new": 0, "changed": 0, "same": 4, "fault": 0}
    assert code(school.post(f"/api/guard-imports/{again['id']}/taking")) == (409, "import_changes_nothing")


def test_each_fault_is_told_by_row_in_both_languages_and_nothing_is_taken_over(
    app: Flask, school: Caller, app_store: Store
) -> None:
    before = _people(app_store)
    found = read_list(
        app,
        school,
        guards_file(
            ["张新", "1990001000", "教职工", "", ""],
            ["李新", "19900010002", "大老师", "", ""],
            ["王新", "19900010003", "志愿者", "青禾第2小学", ""],
            ["赵新", "19900010004", "民警", "", ""],
            ["钱新", "19900010005", "志愿者", "", ""],
            ["孙新", "19900010005", "志愿者", "", ""],
            ["周新", "19900000100", "教职工", "", ""],
            ["110指挥中心", "19900010006", "教职工", "", ""],
            ["", "19900010007", "教职工", "", ""],
        ),
    )
    assert found["counts"] == {"new": 1, "changed": 0, "same": 0, "fault": 8}
    assert faults_of(school, found["id"]) == [
        (2, "not_a_mobile_number"),
        (3, "unknown_word"),
        (4, "not_your_school"),
        (5, "police_by_station"),
        (7, "twice"),
        (8, "known_elsewhere"),
        (9, "name_of_office"),
        (10, "missing"),
    ]
    first = rows_of(school, found["id"], "fault")[0]["faults"][0]
    assert (first["cell"], first["value"]) == ("B2", "199****00")
    assert first["zh"] == "应为 11 位手机号。"
    assert first["en"] == "Not a mobile number of 11 digits."
    assert code(school.post(f"/api/guard-imports/{found['id']}/taking")) == (409, "import_has_faults")
    work_off(app)
    assert _people(app_store) == before


def test_the_district_brings_in_people_of_all_schools_and_police_wait_for_their_station(
    app: Flask, caller: SignIn, district: SmallDistrict, district_desk: Caller
) -> None:
    found = read_list(
        app,
        district_desk,
        guards_file(
            ["张新", "19900010001", "教职工", "青禾第3小学", ""],
            ["李新", "19900010002", "民警", "", "第1派出所"],
            ["测试12", "19900000001", "教职工", "青禾第2小学", ""],
        ),
    )
    assert found["counts"] == {"new": 2, "changed": 1, "same": 0, "fault": 0}
    assert rows_of(district_desk, found["id"], "changed")[0]["moved"]
    take_over(app, district_desk, found["id"])
    station = caller(district.consoles["station_officer"])
    assert [one["name"] for one in station.get("/api/guards", status="pending").json["items"]] == ["李新"]
    moved = district_desk.get("/api/guards", name="测试12").json["items"]
    assert moved[0]["school_name"] == "青禾第2小学"


def test_a_retry_sends_and_takes_over_once(app: Flask, school: Caller, app_store: Store) -> None:
    before, content, number = (
        _people(app_store),
        guards_file(["张新", "19900010001", "教职工", "", ""]),
        str(uuid4()),
    )
    first = send_list(school, content, request_id=number).json
    assert send_list(school, content, request_id=number).json["id"] == first["id"]
    assert code(send_list(school, b"other", request_id=number)) == (409, "request_id_reused")
    work_off(app)
    taking = {"request_id": str(uuid4())}
    path = f"/api/guard-imports/{first['id']}/taking"
    assert school.post(path, taking).status_code == 202
    assert school.post(path, taking).json["state"] == "taking"
    assert code(school.post(path)) == (409, "import_not_ready")
    work_off(app)
    assert school.post(path, taking).json["state"] == "taken"
    assert _people(app_store) == before + 1


def test_a_list_is_left_and_another_one_takes_its_place(app: Flask, school: Caller, app_store: Store) -> None:
    found = read_list(app, school, guards_file(["张新", "19900010001", "教职工", "", ""]))
    other = read_list(app, school, guards_file(["李新", "19900010002", "教职工", "", ""]))
    assert school.get(f"/api/guard-imports/{found['id']}").json["state"] == "dismissed"
    left = school.post(f"/api/guard-imports/{other['id']}/dismissal")
    assert left.json["state"] == "dismissed"
    assert code(school.post(f"/api/guard-imports/{other['id']}/taking")) == (409, "import_not_ready")
    with app_store.read() as connection:
        assert connection.execute(select(func.count()).select_from(guard_import_row)).scalar_one() == 0


def test_nobody_else_sees_a_list_and_other_roles_send_none(
    app: Flask, caller: SignIn, district: SmallDistrict, school: Caller, district_desk: Caller
) -> None:
    found = read_list(app, school, guards_file(["张新", "19900010001", "教职工", "", ""]))
    assert district_desk.get(f"/api/guard-imports/{found['id']}").status_code == 404
    assert district_desk.get("/api/guard-imports").json["items"] == []
    for role in ("station_officer", "dispatcher", "auditor"):
        answer = send_list(caller(district.consoles[role]), b"x")
        assert code(answer) == (403, "not_your_role")


def test_whoever_is_on_a_list_registers_with_his_telephone_and_is_let_in(
    app: Flask, district: SmallDistrict, school: Caller
) -> None:
    found = read_list(
        app,
        school,
        guards_file(*([f"张{one}", f"1990001000{one}", "教职工", "", ""] for one in range(1, 5))),
    )
    take_over(app, school, found["id"])
    listed = {one["name"]: one["id"] for one in school.get("/api/guards", name="张").json["items"]}
    # A code alone opens nothing: he has not agreed to anything yet.
    assert Phone(app, "19900010001").sign_in().json["ticket"]
    came = {
        "as listed": Phone(app, "19900010001").register(district.codes[0], name="张1", category="teacher"),
        "as another": Phone(app, "19900010002").register(district.codes[0], name="张2", category="security"),
        "elsewhere": Phone(app, "19900010003").register(district.codes[2], name="张3", category="teacher"),
        "as an office": Phone(app, "19900010004").register(
            district.codes[0], name="指挥中心", category="teacher"
        ),
    }
    states = {how: answer.json["me"]["account"]["status"] for how, answer in came.items()}
    assert states == {
        "as listed": "approved",
        "as another": "pending",
        "elsewhere": "pending",
        "as an office": "pending",
    }
    assert came["as listed"].json["me"]["account"]["id"] == listed["张1"]
    assert Phone(app, "19900010001").sign_in().json["me"]["account"]["id"] == listed["张1"]


def test_no_log_holds_a_telephone_of_a_list(app: Flask, school: Caller, app_store: Store) -> None:
    found = read_list(app, school, guards_file(["张新", "19900010001", "教职工", "", ""]))
    take_over(app, school, found["id"])
    with app_store.read() as connection:
        acts = connection.execute(select(audit_row.c.act, audit_row.c.facts)).all()
        phones = connection.execute(select(guard_import_row.c.phone)).scalars().all()
    mine = [row.act for row in acts if row.act.startswith("guards.")]
    assert mine == ["guards.import_sent", "guards.import_taken", "guards.imported"]
    assert "19900010001" not in str([row.facts for row in acts])
    assert phones == [None]


def test_a_file_that_is_too_large_is_refused(school: Caller) -> None:
    assert code(send_list(school, b"x" * (8 * 2**20 + 1))) == (413, "import_too_large")
