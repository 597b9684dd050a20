"""A district keeps its posts at the console: finds, adds and changes them, each editor knowing of the other."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.core.audit import audit_row
from server.core.database.event_log import event
from server.core.database.transaction import Store
from server.core.geo import Point, distance_m, wgs84_to_gcj02
from server.places.queries import districts
from server.places.tables import post_code
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.duty import STAFF_1
from tests.tools.places_desk import HEADS, POSTS, archive, change, check_in, names, new_post, seen

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


@pytest.fixture
def wanted(district: SmallDistrict) -> dict[str, Any]:
    return new_post(district)


def test_posts_are_found_sorted_and_paged(desk: Caller, district: SmallDistrict) -> None:
    first, second, third = (f"青禾第{number}小学 南门" for number in (1, 2, 3))
    assert names(desk) == [first, second, third]
    assert names(desk, sort="name", descending=True) == [third, second, first]
    assert names(desk, text="第2小") == [second]
    assert names(desk, text="第二派出所") == []
    assert names(desk, text="第2派出所") == [third]
    assert names(desk, station_id=district.stations[1]) == [third]
    assert names(desk, school_id=district.schools[1]) == [second]
    page = desk.get(POSTS, limit=2).json
    assert page is not None
    assert (page["total"], page["next"]) == (3, 2)
    last = desk.get(POSTS, limit=2, cursor=page["next"]).json
    assert last is not None
    assert ([one["name"] for one in last["items"]], last["next"]) == ([third], None)
    assert names(desk, shown="archived") == []
    assert names(desk, text="%") == []


def test_a_new_post_has_a_code_and_stands_on_the_map(
    desk: Caller, app_store: Store, wanted: dict[str, Any]
) -> None:
    made = desk.post(POSTS, wanted)
    assert made.status_code == 201
    found = made.json
    assert found is not None
    assert (found["version"], found["has_served"], found["archived_at"]) == (1, False, None)
    with app_store.read() as connection:
        codes = connection.execute(
            select(post_code.c.code).where(post_code.c.post_id == found["id"])
        ).scalars()
        assert len(list(codes)) == 1
        told = connection.execute(select(event.c.id).where(event.c.name == "places.changed")).all()
        assert len(told) == 1
    ground = desk.get("/api/district").json
    assert found["id"] in [one["id"] for one in ground["posts"]]  # type: ignore[index]
    lines = desk.get("/api/coverage").json
    assert found["id"] in [one["post_id"] for one in lines["posts"]]  # type: ignore[index]
    assert code(desk.post(POSTS, wanted)) == (409, "post_name_taken")


def test_a_repeated_request_makes_one_post(desk: Caller, wanted: dict[str, Any]) -> None:
    number = str(uuid4())
    first, again = (desk.post(POSTS, {**wanted, "request_id": number}) for _turn in range(2))
    assert first.json == again.json
    assert len(names(desk)) == 4
    other = desk.post(POSTS, {**wanted, "gate": "东门", "request_id": number})
    assert code(other) == (409, "request_id_reused")


def test_a_place_in_gcj02_is_converted(desk: Caller, wanted: dict[str, Any]) -> None:
    shifted = wgs84_to_gcj02(Point(LATITUDE, LONGITUDE))
    body = {**wanted, "latitude": shifted.latitude, "longitude": shifted.longitude, "datum": "gcj02"}
    found = desk.post(POSTS, body).json
    assert found is not None
    stored, shown = Point(**found["wgs84"]), Point(**found["gcj02"])
    assert distance_m(stored, Point(LATITUDE, LONGITUDE)) < 0.1
    assert distance_m(shown, shifted) < 0.1
    assert distance_m(stored, shown) > 100


@pytest.mark.parametrize(
    ("place", "refusal"),
    [
        ({"latitude": LONGITUDE - 90, "longitude": LATITUDE}, "place_outside_country"),
        ({"latitude": 0, "longitude": 0}, "place_outside_country"),
        ({"latitude": 90, "longitude": 180}, "place_outside_country"),
        ({"latitude": 1e308, "longitude": LONGITUDE}, "bad_input"),
        ({"latitude": "NaN", "longitude": LONGITUDE}, "bad_input"),
        ({"latitude": float("nan"), "longitude": LONGITUDE}, "bad_input"),
        ({"latitude": float("inf"), "longitude": LONGITUDE}, "bad_input"),
        ({"latitude": True, "longitude": LONGITUDE}, "bad_input"),
        ({"datum": "bd09"}, "bad_input"),
        ({"fence_radius_m": 29}, "bad_input"),
        ({"fence_radius_m": 2001}, "bad_input"),
        ({"fence_radius_m": 120.5}, "bad_input"),
        ({"name": " \u200b"}, "bad_input"),
        ({"name": "门\u202e岗"}, "bad_input"),
        ({"name": "长" * 61}, "bad_input"),
        ({"heads": {**HEADS, "police": 51}}, "bad_input"),
        ({"heads": {**HEADS, "police": -1}}, "bad_input"),
        ({"heads": {"staff": 1}}, "bad_input"),
        ({"school_id": 10_000}, "not_found"),
        ({"school_id": 2**70}, "bad_input"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    desk: Caller, wanted: dict[str, Any], place: dict[str, Any], refusal: str
) -> None:
    assert code(desk.post(POSTS, {**wanted, **place}))[1] == refusal
    assert len(names(desk)) == 3


def test_swapped_numbers_are_said_to_be_swapped(desk: Caller, wanted: dict[str, Any]) -> None:
    # Both are within the bounds of degrees only where the longitude is below 90.
    body = {**wanted, "latitude": 88.0, "longitude": 31.0}
    assert code(desk.post(POSTS, body)) == (422, "place_swapped")


def test_a_change_is_written_down_with_what_stood_there(
    desk: Caller, app_store: Store, district: SmallDistrict
) -> None:
    found = seen(desk, district.posts[0])
    changed = change(desk, found, name="青禾第1小学 正门", fence_radius_m=200)
    assert changed.status_code == 200
    assert (changed.json["name"], changed.json["version"]) == ("青禾第1小学 正门", 1)  # type: ignore[index]
    assert changed.json["changed_by"] == "测试district_admin"  # type: ignore[index]
    with app_store.read() as connection:
        facts = connection.execute(
            select(audit_row.c.facts).where(audit_row.c.act == "post.changed")
        ).scalar_one()
    assert facts["changes"] == [
        ["name", "青禾第1小学 南门", "青禾第1小学 正门"],
        ["fence_radius_m", "150", "200"],
    ]
    assert change(desk, changed.json, latitude=LATITUDE).status_code == 200  # type: ignore[arg-type]
    ground = desk.get("/api/district").json
    assert ground["posts"][0]["name"] == "青禾第1小学 正门"  # type: ignore[index]


def test_the_second_of_two_editors_hears_of_the_first(desk: Caller, district: SmallDistrict) -> None:
    found = seen(desk, district.posts[0])
    assert change(desk, found, gate="正门").status_code == 200
    late = change(desk, found, gate="东门")
    assert code(late) == (409, "place_changed")
    assert late.json["facts"]["by"] == "测试district_admin"  # type: ignore[index]
    assert seen(desk, district.posts[0])["gate"] == "正门"
    assert code(archive(desk, found)) == (409, "place_changed")


def test_nothing_changed_is_no_change(desk: Caller, district: SmallDistrict) -> None:
    found = seen(desk, district.posts[0])
    assert change(desk, found).json["version"] == found["version"] == 0  # type: ignore[index]


def test_heads_of_a_post_that_served_are_left_to_rules(
    desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    heads = {**HEADS, "security": 3}
    found = seen(desk, district.posts[0])
    assert change(desk, found, heads=heads).json["heads"] == heads  # type: ignore[index]
    check_in(caller(district.guards[1][STAFF_1]), district.codes[1])
    served = seen(desk, district.posts[1])
    assert served["has_served"]
    assert code(change(desk, served, heads=heads)) == (409, "heads_by_rule")


def test_a_post_that_moves_to_another_school_changes_its_station(
    desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    moved = change(desk, seen(desk, district.posts[0]), school_id=district.schools[2])
    assert moved.json["station_id"] == district.stations[1]  # type: ignore[index]
    officer = caller(district.consoles["station_officer"])
    assert names(officer) == ["青禾第2小学 南门"]
    assert code(officer.get(f"{POSTS}/{district.posts[0]}")) == (404, "not_found")


def test_a_station_sees_its_own_posts_and_changes_none(
    caller: SignIn, desk: Caller, district: SmallDistrict, wanted: dict[str, Any]
) -> None:
    officer = caller(district.consoles["station_officer"])
    found = officer.get(POSTS).json
    assert found is not None
    assert [one["name"] for one in found["items"]] == ["青禾第1小学 南门", "青禾第2小学 南门"]
    assert found["may_edit"] is False
    assert [one["id"] for one in found["stations"]] == [district.stations[0]]
    assert names(officer, station_id=district.stations[1]) == []
    assert code(officer.get(f"{POSTS}/{district.posts[2]}")) == (404, "not_found")
    assert code(officer.post(POSTS, wanted)) == (403, "not_your_role")
    assert code(change(officer, seen(desk, district.posts[0]))) == (403, "not_your_role")


def test_a_place_far_from_the_outline_is_refused(
    desk: Caller, app_store: Store, district: SmallDistrict, wanted: dict[str, Any], clock: WoundClock
) -> None:
    west, south = LONGITUDE - 0.1, LATITUDE - 0.1
    ring = [[west, south], [west + 0.2, south], [west + 0.2, south + 0.2], [west, south + 0.2], [west, south]]
    with app_store.transaction(clock.now()) as transaction:
        outline = {"type": "Polygon", "coordinates": [ring]}
        districts.set_outline(transaction.connection, district.district_id, outline)
    assert code(desk.post(POSTS, {**wanted, "latitude": LATITUDE + 1})) == (422, "place_outside_district")
    assert desk.post(POSTS, wanted).status_code == 201
