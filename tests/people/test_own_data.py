"""A guard's copy of what is held of him."""

import csv
import json
import zipfile
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
from flask import Flask
from sqlalchemy import Column, Table, insert

from server.areas import AREAS, metadata
from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.core.own_data import OwnPart
from server.duty.tables import position
from server.people.own_data import NOT_OWN_DATA
from server.people.queries import accounts
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import STAFF_1, count, put_on_duty
from tests.tools.jobs import work_off

SignIn = Callable[[int | None], Caller]


def copy_of(app: Flask, mine: Caller, language: str = "zh-CN") -> zipfile.ZipFile:
    """Ask for a copy, let it be made and fetch it."""
    answer = mine.post("/api/me/own-data", {"language": language})
    assert (answer.status_code, answer.json["state"]) == (202, "waiting")
    assert work_off(app) == 1
    file = mine.get(f"/api/jobs/{answer.json['id']}/file")
    assert file.content_type == "application/zip"
    return zipfile.ZipFile(BytesIO(file.data))


def test_a_copy_holds_the_same_in_three_forms(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = district.guards[0][STAFF_1]
    put_on_duty(app_store, district, post=0, seats=[STAFF_1, 1], now=clock.now())
    place = {"check_in_id": 1, "latitude": 31.5, "longitude": 117.5, "accuracy_m": 5.0, "at": clock.now()}
    with app_store.transaction(clock.now()) as transaction:
        # More than one page of them.
        transaction.connection.execute(insert(position), [{**place, "account_id": guard}] * 1_203)
        transaction.connection.execute(insert(position), [{**place, "account_id": guard + 1}])
    archive = copy_of(app, caller(guard))
    found = json.loads(archive.read("own-data.json"))
    assert found["account_id"] == guard
    assert [one["name"] for one in found["account"]] == [mine_name(app_store, guard)]
    assert found["account"][0]["phone"].startswith("199")
    assert (found["account"][0]["school"], found["account"][0]["station"]) == ("青禾第1小学", None)
    assert len(found["check_ins"]) == 1
    assert len(found["positions"]) == 1_203
    rows = list(csv.reader(StringIO(archive.read("csv/positions.csv").decode("utf-8-sig"))))
    assert rows[0] == ["时间", "纬度", "经度", "精度（米）"]
    assert len(rows) == 1 + 1_203
    assert rows[1] == ["2026-11-23 07:15:00", "31.5", "117.5", "5.0"]
    pdf = archive.read("own-data.pdf")
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") > 3
    for part in AREAS.own_data():
        assert f"csv/{part.name}.csv" in archive.namelist()


def mine_name(store: Store, account_id: int) -> str:
    with store.read() as connection:
        found = accounts.by_id(connection, account_id)
    assert found is not None
    return found.name


def test_in_english_too(app: Flask, caller: SignIn, district: SmallDistrict) -> None:
    archive = copy_of(app, caller(district.guards[0][0]), "en")
    own = archive.read("csv/account.csv").decode("utf-8-sig")
    assert own.startswith("name,claimed name,telephone") and ",19900000000," in own
    assert "Times are UTC" in archive.read("README.txt").decode()


def test_a_second_wish_while_one_is_made_is_the_same_copy_and_five_a_day_are_enough(
    app: Flask, caller: SignIn, district: SmallDistrict
) -> None:
    mine = caller(district.guards[0][0])
    wish = {"language": "en"}
    first = mine.post("/api/me/own-data", wish).json["id"]
    assert mine.post("/api/me/own-data", wish).json["id"] == first
    for _ in range(4):
        work_off(app)
        assert mine.post("/api/me/own-data", wish).status_code == 202
    work_off(app)
    assert code(mine.post("/api/me/own-data", wish)) == (429, "too_many")


def test_a_file_that_is_fetched_without_end_fills_no_audit_log(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict
) -> None:
    mine = caller(district.guards[0][0])
    number = mine.post("/api/me/own-data", {"language": "en"}).json["id"]
    work_off(app)
    for _ in range(60):
        assert mine.get(f"/api/jobs/{number}/file").status_code == 200
    assert code(mine.get(f"/api/jobs/{number}/file")) == (429, "too_many")
    assert count(app_store, audit_row, act="job.fetched") == 60


def test_consoles_have_no_copy(caller: SignIn, district: SmallDistrict) -> None:
    assert code(caller(district.consoles["dispatcher"]).post("/api/me/own-data", {"language": "en"})) == (
        403,
        "not_your_role",
    )


def columns_of_accounts() -> list[Column[object]]:
    """Find each column that holds an account's number, by its key or by its name."""
    named = {"account_id", "actor_id", "subject_id", "by"}
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in named
        or column.name.endswith("_by")
        or any(key.column.table.name == "account" for key in column.foreign_keys)
    ]


def test_every_column_that_names_an_account_is_in_the_copy_or_has_a_reason() -> None:
    exported = {column for part in AREAS.own_data() for column in part.whose}
    reasons = {column for area in AREAS for column in (area.not_own_data or {})}
    assert exported & reasons == set()
    missing = [str(one) for one in columns_of_accounts() if one not in exported | reasons]
    assert missing == []
    known = {
        *columns_of_accounts(),
        *(table.c.id for table in metadata.sorted_tables if table.name == "account"),
    }
    assert exported | reasons <= known


# Of his account he does not get what only opens or finds it; where he belongs he gets by name.
NOT_TOLD = {
    *("phone", "phone_index", "phone_ending", "password_hash"),
    *("district_id", "school_id", "station_id"),
}


def test_everything_that_stands_in_his_account_is_in_the_copy_or_has_a_reason() -> None:
    part = next(one for one in AREAS.own_data() if one.name == "account")
    told = {one.column for one in part.shown} | {*part.whose, *NOT_OWN_DATA}
    assert {one.name for one in account.columns if one not in told} == NOT_TOLD


@pytest.mark.parametrize("part", AREAS.own_data(), ids=lambda part: part.name)
def test_a_part_shows_columns_of_its_own_table(part: OwnPart) -> None:
    tables: set[Table] = {one.column.table for one in part.shown} | {column.table for column in part.whose}
    assert len(tables) == 1
    assert all(one.heading.zh and one.heading.en for one in part.shown)
