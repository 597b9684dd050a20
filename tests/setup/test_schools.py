"""A district keeps its schools and stations: a school closes with its posts, a station without any."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.places.tables import peak
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.duty import STAFF_1, put_on_duty
from tests.tools.exports import ask, file_of, read_xlsx
from tests.tools.places_desk import names, seen

SignIn = Callable[[int | None], Caller]
SCHOOLS, STATIONS = "/api/places/schools", "/api/places/stations"


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def listed(desk: Caller, path: str, **query: Any) -> list[dict[str, Any]]:
    found = desk.get(path, **query).json
    assert found is not None
    items: list[dict[str, Any]] = found["items"]
    return items


def school_of(desk: Caller, number: int) -> dict[str, Any]:
    return next(one for one in listed(desk, SCHOOLS, shown="all") if one["id"] == number)


def change_school(desk: Caller, found: dict[str, Any], **other: Any) -> Any:
    same = ("name", "kind", "station_id", "pupils", "boarders", "version")
    body = {name: found[name] for name in same} | {"telephone": found["telephone"] or ""}
    return desk.post(f"{SCHOOLS}/{found['id']}/changes", {**body, **other})


def change_station(desk: Caller, found: dict[str, Any], **other: Any) -> Any:
    body = {"name": found["name"], "telephone": found["telephone"] or "", "version": found["version"]}
    return desk.post(
        f"{STATIONS}/{found['id']}/changes", {**body, **found["wgs84"], "datum": "wgs84", **other}
    )


def archive(desk: Caller, path: str, found: dict[str, Any], archived: bool = True) -> Any:
    body = {"version": found["version"], "archived": archived, "reason": "并校"}
    return desk.post(f"{path}/{found['id']}/archiving", body)


def test_a_school_is_made_with_the_usual_peaks_of_its_kind(
    desk: Caller, app_store: Store, district: SmallDistrict
) -> None:
    body = {"name": "青禾幼儿园", "kind": "kindergarten", "station_id": district.stations[1], "pupils": 240}
    made = desk.post(SCHOOLS, body)
    assert made.status_code == 201
    assert (made.json["posts"], made.json["version"]) == (0, 1)  # type: ignore[index]
    with app_store.read() as connection:
        kinds = connection.execute(select(peak.c.school_kind)).scalars()
        assert "kindergarten" in set(kinds)
    assert code(desk.post(SCHOOLS, body)) == (409, "school_name_taken")
    assert desk.post(SCHOOLS, {**body, "station_id": district.stations[0]}).status_code == 201
    assert [one["name"] for one in listed(desk, SCHOOLS, text="幼儿")] == ["青禾幼儿园"] * 2
    assert [one["pupils"] for one in listed(desk, SCHOOLS, sort="pupils", descending=True)][:2] == [240, 240]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"station_id": 10_000}, "not_found"),
        ({"kind": "university"}, "bad_input"),
        ({"pupils": -1}, "bad_input"),
        ({"pupils": 100_001}, "bad_input"),
        ({"pupils": 1e300}, "bad_input"),
        ({"telephone": "打110"}, "bad_input"),
        ({"name": ""}, "bad_input"),
    ],
)
def test_what_no_school_can_be_is_refused(
    desk: Caller, district: SmallDistrict, wrong: dict[str, Any], refusal: str
) -> None:
    body = {"name": "青禾中学", "kind": "junior", "station_id": district.stations[0], **wrong}
    assert code(desk.post(SCHOOLS, body))[1] == refusal
    assert len(listed(desk, SCHOOLS)) == 3


def test_a_school_takes_its_posts_to_another_station(
    desk: Caller, caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    found = school_of(desk, district.schools[0])
    moved = change_school(desk, found, station_id=district.stations[1], pupils=900)
    assert moved.status_code == 200
    assert seen(desk, district.posts[0])["station_id"] == district.stations[1]
    assert names(caller(district.consoles["station_officer"])) == ["青禾第2小学 南门"]
    assert code(change_school(desk, found, pupils=901)) == (409, "place_changed")
    with app_store.read() as connection:
        facts = connection.execute(
            select(audit_row.c.facts).where(audit_row.c.act == "school.changed")
        ).scalar_one()
    assert facts["changes"] == [["station", "第1派出所", "第2派出所"], ["pupils", "0", "900"]]


def test_a_school_closes_with_its_posts_when_nobody_is_there(
    desk: Caller, app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    put_on_duty(app_store, district, post=1, seats=[STAFF_1], now=clock.now())
    busy = school_of(desk, district.schools[1])
    assert code(archive(desk, SCHOOLS, busy)) == (409, "post_on_duty")
    assert code(change_school(desk, busy, kind="junior")) == (409, "post_on_duty")
    assert change_school(desk, busy, pupils=5).status_code == 200
    closed = archive(desk, SCHOOLS, school_of(desk, district.schools[0]))
    assert (closed.json["posts"], closed.json["archived_at"] is None) == (0, False)
    assert seen(desk, district.posts[0])["archived_at"] is not None
    assert code(change_school(desk, closed.json, pupils=5)) == (409, "school_closed")
    assert archive(desk, SCHOOLS, closed.json, archived=False).status_code == 200
    assert seen(desk, district.posts[0])["archived_at"] is not None, "its posts come back one by one"


def test_a_station_is_made_moved_and_closed_without_schools(desk: Caller, district: SmallDistrict) -> None:
    body = {"name": "第3派出所", "telephone": "0551-0000003", "datum": "wgs84"}
    made = desk.post(STATIONS, {**body, "latitude": LATITUDE, "longitude": LONGITUDE})
    assert made.status_code == 201
    found = made.json
    assert found is not None
    assert code(desk.post(STATIONS, {**body, "latitude": LATITUDE, "longitude": LONGITUDE})) == (
        409,
        "station_name_taken",
    )
    assert code(desk.post(STATIONS, {**body, "name": "第4派出所", "latitude": 0, "longitude": 0})) == (
        422,
        "place_outside_country",
    )
    changed = change_station(desk, found, telephone="")
    assert (changed.json["telephone"], changed.json["version"]) == (None, 2)
    assert code(change_station(desk, found, telephone="1")) == (409, "place_changed")
    first = next(one for one in listed(desk, STATIONS) if one["id"] == district.stations[0])
    assert (first["schools"], first["posts"]) == (2, 2)
    refused = archive(desk, STATIONS, first)
    assert (code(refused), refused.json["facts"]) == ((409, "station_has_schools"), {"schools": 2})
    closed = archive(desk, STATIONS, changed.json)
    assert closed.status_code == 200
    assert code(change_station(desk, closed.json, telephone="1")) == (409, "station_closed")
    there = {"name": "青禾中学", "kind": "junior", "station_id": found["id"]}
    assert code(desk.post(SCHOOLS, there)) == (409, "station_closed")
    moved = change_school(desk, school_of(desk, district.schools[0]), station_id=found["id"])
    assert code(moved) == (409, "station_closed")


def test_a_station_reads_its_own_and_changes_nothing(
    desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    officer = caller(district.consoles["station_officer"])
    assert [one["name"] for one in listed(officer, SCHOOLS)] == ["青禾第1小学", "青禾第2小学"]
    assert [one["id"] for one in listed(officer, STATIONS)] == [district.stations[0]]
    own = school_of(desk, district.schools[0])
    assert code(change_school(officer, own, pupils=1)) == (403, "not_your_role")
    assert code(archive(officer, SCHOOLS, own)) == (403, "not_your_role")
    station = listed(officer, STATIONS)[0]
    assert code(change_station(officer, station)) == (403, "not_your_role")


@pytest.mark.parametrize(("role", "posts"), [("district_admin", 3), ("station_officer", 2)])
def test_posts_are_taken_as_a_file(
    app: Flask, caller: SignIn, district: SmallDistrict, role: str, posts: int
) -> None:
    mine = caller(district.consoles[role])
    found = read_xlsx(file_of(app, mine, "places"))
    assert found.column("状态") == ["使用中"] * posts
    assert found.rows[0]["护学岗"] == "青禾第1小学 南门"
    assert found.rows[0]["纬度(WGS-84)"] != found.rows[0]["纬度(GCJ-02)"]
    assert code(ask(caller(district.consoles["dispatcher"]), "places")) == (403, "not_your_role")
