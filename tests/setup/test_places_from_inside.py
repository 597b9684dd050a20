"""Whom nobody should trust with places: suspended people, other roles, and who lies in a field or a query."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from server.core.access.roles import AccountStatus
from server.core.database.transaction import Store
from server.people.tables import account
from server.places.tables import post
from server.setup.actions.imports import ImportRequest, import_file
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.places_desk import POSTS, change, new_post, seen

SignIn = Callable[[int | None], Caller]
READS = (POSTS, "/api/places/schools", "/api/places/stations", f"{POSTS}/1", f"{POSTS}/1/code")
WRITES = (
    POSTS,
    f"{POSTS}/1/changes",
    f"{POSTS}/1/archiving",
    f"{POSTS}/1/code",
    "/api/places/posters",
    "/api/places/schools",
    "/api/places/schools/1/changes",
    "/api/places/schools/1/archiving",
    "/api/places/stations",
    "/api/places/stations/1/changes",
    "/api/places/stations/1/archiving",
)
Row = dict[str, Any]


@pytest.fixture
def rows(app_store: Store) -> Callable[[], list[tuple[Any, ...]]]:
    def read() -> list[tuple[Any, ...]]:
        with app_store.read() as connection:
            return [tuple(row) for row in connection.execute(select(post).order_by(post.c.id))]

    return read


def body_of(path: str, district: SmallDistrict) -> Row:
    """Give one body that holds all that any of the routes asks for."""
    more = {"kind": "primary", "station_id": district.stations[0], "telephone": "", "reason": "试一试"}
    return {**new_post(district), **more, "version": 0, "archived": True, "post_ids": [], "path": path}


def test_a_suspended_administrator_with_his_session_does_nothing(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock, rows: Callable[[], object]
) -> None:
    number = district.consoles["district_admin"]
    admin, before = caller(number), rows()
    with app_store.transaction(clock.now()) as transaction:
        values = {"status": AccountStatus.SUSPENDED.value}
        transaction.connection.execute(update(account).where(account.c.id == number).values(**values))
    assert {code(admin.get(path))[1] for path in READS} == {"suspended"}
    assert {code(admin.post(path, body_of(path, district)))[1] for path in WRITES} == {"suspended"}
    assert rows() == before


@pytest.mark.parametrize("role", ["school_admin", "dispatcher", "auditor", "security_admin", "guard"])
def test_other_roles_neither_read_nor_write(
    caller: SignIn, district: SmallDistrict, role: str, rows: Callable[[], object]
) -> None:
    before = rows()
    one = caller(district.guards[0][0] if role == "guard" else district.consoles[role])
    assert {code(one.get(path))[1] for path in READS} == {"not_your_role"}
    assert {code(one.post(path, body_of(path, district)))[1] for path in WRITES} == {"not_your_role"}
    assert rows() == before


LIES: tuple[object, ...] = (
    None,
    "",
    "x" * 5_000,
    -1,
    2**70,
    1e308,
    float("nan"),
    [],
    {},
    True,
    "\u202e",
    [[[]]],
)


@pytest.mark.parametrize(
    "field",
    [
        "name",
        "gate",
        "area",
        "school_id",
        "latitude",
        "longitude",
        "datum",
        "fence_radius_m",
        "heads",
        "version",
        "request_id",
    ],
)
def test_who_lies_in_a_field_changes_nothing_and_breaks_nothing(
    caller: SignIn, district: SmallDistrict, field: str, rows: Callable[[], object]
) -> None:
    desk, before = caller(district.consoles["district_admin"]), rows()
    for lie in LIES:
        # An empty gate or area is none; a version of True is one.
        if field in {"gate", "area"} and lie == "":
            continue
        body = {**body_of("", district), field: lie}
        answer = desk.post(f"{POSTS}/{district.posts[0]}/changes", body)
        assert 400 <= answer.status_code < 500, (field, lie, answer.json)
    assert rows() == before


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": 2**62},
        {"cursor": -1},
        {"limit": 10_000},
        {"station_id": 2**70},
        {"station_id": "x"},
        {"sort": "password"},
        {"shown": "1"},
        {"text": "%_\\'\""},
        {"text": "\u0000"},
    ],
)
def test_any_question_to_the_lists_is_answered_or_refused(
    caller: SignIn, district: SmallDistrict, query: Row
) -> None:
    desk = caller(district.consoles["district_admin"])
    for path in READS[:3]:
        assert desk.get(path, **query).status_code in {200, 422}


def test_an_import_beside_an_open_form_is_heard_of(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    desk = caller(district.consoles["district_admin"])
    found = seen(desk, district.posts[0])
    spot = found["wgs84"]
    content = (
        "护学岗,学校,派出所,校门,纬度,经度,坐标系,签到半径(米)\n"
        f"{found['name']},{found['school_name']},{found['station_name']},正门,{spot['latitude']},{spot['longitude']},WGS-84,150\n"
    ).encode()
    done = import_file(app_store, wanted=ImportRequest(content, "护学岗.csv"), now=clock.now())
    assert done.errors == ()
    assert seen(desk, district.posts[0])["gate"] == "正门"
    assert code(change(desk, found, gate="东门")) == (409, "place_changed")
