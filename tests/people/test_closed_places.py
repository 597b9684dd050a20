"""Nobody is put into a school or a station that the district has closed, whichever way he comes."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from server.core.database.transaction import Store
from server.people.tables import account
from server.places import tables as places
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.guard_lists import faults_of, guards_file, read_list, rows_of, take_over

SignIn = Callable[[int | None], Caller]
CLOSED_SCHOOL, CLOSED_STATION = "青禾第3小学", "第2派出所"
DESK = {"username": "desk-2", "name": "夜班席位"}


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


@pytest.fixture
def close(app_store: Store, clock: WoundClock, district: SmallDistrict) -> Callable[[], None]:
    """Close the third school and the station that it belongs to."""

    def closed() -> None:
        with app_store.transaction(clock.now()) as transaction:
            for table, number in (
                (places.school, district.schools[2]),
                (places.station, district.stations[1]),
            ):
                gone = update(table).where(table.c.id == number).values(archived_at=clock.now())
                transaction.connection.execute(gone)

    return closed


def test_no_console_account_is_made_for_one_or_moved_to_one(
    desk: Caller, district: SmallDistrict, close: Callable[[], None]
) -> None:
    close()
    school = {"role": "school_admin", "school_id": district.schools[2]}
    station = {"role": "station_officer", "station_id": district.stations[1]}
    assert code(desk.post("/api/users", DESK | school)) == (409, "school_closed")
    assert code(desk.post("/api/users", DESK | station)) == (409, "station_closed")
    other = district.consoles["school_admin"]
    assert code(desk.post(f"/api/users/{other}/changes", {"name": "校方", **school})) == (
        409,
        "school_closed",
    )
    assert code(desk.post(f"/api/users/{other}/changes", {"name": "校方", **station})) == (
        409,
        "station_closed",
    )


def test_whose_school_was_closed_later_can_be_renamed_and_moved_and_is_not_opened_again_there(
    desk: Caller, district: SmallDistrict, close: Callable[[], None]
) -> None:
    there = {"role": "school_admin", "school_id": district.schools[2]}
    number = desk.post("/api/users", DESK | there).json["id"]  # type: ignore[index]
    close()
    path = f"/api/users/{number}"
    assert desk.post(f"{path}/changes", {"name": "别的名字", **there}).status_code == 200
    assert desk.post(f"{path}/closing", {"closed": True}).status_code == 200
    assert code(desk.post(f"{path}/closing", {"closed": False})) == (409, "school_closed")
    moved = {"name": "别的名字", "role": "school_admin", "school_id": district.schools[0]}
    assert desk.post(f"{path}/changes", moved).status_code == 200
    assert desk.post(f"{path}/closing", {"closed": False}).status_code == 200


def test_a_list_brings_nobody_into_one(
    app: Flask, desk: Caller, district: SmallDistrict, close: Callable[[], None]
) -> None:
    close()
    found = read_list(
        app,
        desk,
        guards_file(
            ["张新", "19900010001", "教职工", CLOSED_SCHOOL, ""],
            ["测试12", "19900000001", "教职工", CLOSED_SCHOOL, ""],
            ["李新", "19900010002", "民警", "", CLOSED_STATION],
        ),
    )
    assert faults_of(desk, found["id"]) == [
        (2, "school_closed"),
        (3, "school_closed"),
        (4, "station_closed"),
    ]


def test_a_list_corrects_who_is_there_and_of_two_schools_of_one_name_it_means_the_open_one(
    app: Flask,
    desk: Caller,
    district: SmallDistrict,
    close: Callable[[], None],
    app_store: Store,
    clock: WoundClock,
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == district.guards[0][1]
        moved = update(account).where(his).values(school_id=district.schools[2])
        transaction.connection.execute(moved)
        twin = update(places.school).where(places.school.c.id == district.schools[1])
        transaction.connection.execute(twin.values(name=CLOSED_SCHOOL))
    close()
    found = read_list(
        app,
        desk,
        guards_file(
            ["测试改名", "19900000001", "教职工", CLOSED_SCHOOL, CLOSED_STATION],
            ["张新", "19900010001", "教职工", CLOSED_SCHOOL, ""],
        ),
    )
    assert found["counts"] == {"new": 1, "changed": 1, "same": 0, "fault": 0}
    [changed] = rows_of(desk, found["id"], "changed")
    assert not changed["moved"]
    take_over(app, desk, found["id"])
    [new] = desk.get("/api/guards", name="张新").json["items"]  # type: ignore[index]
    assert new["school_id"] == district.schools[1]


@pytest.mark.parametrize(
    "row",
    [
        ["张新", "19900010001", "教职工", CLOSED_SCHOOL, ""],
        ["测试12", "19900000001", "教职工", CLOSED_SCHOOL, ""],
        ["李新", "19900010002", "民警", "", CLOSED_STATION],
    ],
)
def test_a_list_that_was_read_before_the_closing_is_not_taken_over_after_it(
    app: Flask, desk: Caller, district: SmallDistrict, close: Callable[[], None], row: list[str]
) -> None:
    found = read_list(app, desk, guards_file(row))
    assert found["counts"]["fault"] == 0
    close()
    taken: dict[str, Any] = take_over(app, desk, found["id"])
    assert taken["state"] != "taken"
    there = desk.get("/api/guards", name=row[0]).json["items"]  # type: ignore[index]
    assert {one["school_id"] for one in there} <= {district.schools[0]}
