"""A post is archived where nobody is on duty and no alarm is open; what was stays, and it can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from server.core.database.transaction import Store
from server.places.queries import districts
from server.places.tables import school
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import STAFF_1, put_on_duty
from tests.tools.places_desk import POSTS, archive, change, check_in, names, new_post, seen

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


@pytest.fixture
def wanted(district: SmallDistrict) -> dict[str, Any]:
    return new_post(district)


def test_an_archived_post_takes_no_check_ins_and_comes_back(
    desk: Caller, caller: SignIn, app: Flask, district: SmallDistrict
) -> None:
    found = seen(desk, district.posts[0])
    archived = archive(desk, found)
    assert archived.json["archived_at"] is not None  # type: ignore[index]
    assert code(check_in(caller(district.guards[0][STAFF_1]), district.codes[0])) == (409, "post_archived")
    ground = desk.get("/api/district").json
    assert district.posts[0] not in [one["id"] for one in ground["posts"]]  # type: ignore[index]
    lines = desk.get("/api/coverage").json
    assert district.posts[0] not in [one["post_id"] for one in lines["posts"]]  # type: ignore[index]
    assert len(names(desk)) == 2
    assert names(desk, shown="archived") == ["青禾第1小学 南门"]
    assert code(change(desk, archived.json, gate="东门")) == (409, "post_archived")  # type: ignore[arg-type]
    back = archive(desk, archived.json, archived=False)  # type: ignore[arg-type]
    assert back.json["archived_at"] is None  # type: ignore[index]
    assert check_in(caller(district.guards[0][STAFF_1]), district.codes[0]).status_code == 201


def test_a_post_is_not_archived_under_somebodys_feet(
    desk: Caller, app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    put_on_duty(app_store, district, post=0, seats=[STAFF_1], now=clock.now())
    found = seen(desk, district.posts[0])
    busy = archive(desk, found)
    assert code(busy) == (409, "post_on_duty")
    assert busy.json["facts"]["people"] == 1  # type: ignore[index]
    moved = change(desk, found, school_id=district.schools[2])
    assert code(moved) == (409, "post_on_duty")
    assert change(desk, found, gate="正门").status_code == 200


def test_a_post_with_an_open_alarm_is_not_archived(
    desk: Caller, caller: SignIn, app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = caller(district.guards[0][STAFF_1])
    raised = guard.post("/api/alarms", {"fix": None, "post_code": district.codes[0]})
    assert raised.status_code == 201
    found = seen(desk, district.posts[0])
    assert code(archive(desk, found)) == (409, "post_in_alarm")
    assert archive(desk, seen(desk, district.posts[2])).status_code == 200


def test_an_alarm_at_an_archived_post_is_raised_all_the_same(
    desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    assert archive(desk, seen(desk, district.posts[0])).status_code == 200
    raised = caller(district.guards[0][STAFF_1]).post(
        "/api/alarms", {"fix": None, "post_code": district.codes[0]}
    )
    assert raised.status_code == 201
    assert raised.json["post_id"] == district.posts[0]  # type: ignore[index]


def test_what_began_before_the_archiving_stays_as_it_was(
    desk: Caller, app_store: Store, district: SmallDistrict, clock: WoundClock
) -> None:
    clock.wind(minutes=24 * 60)
    assert archive(desk, seen(desk, district.posts[0])).status_code == 200
    with app_store.read() as connection:
        place = districts.place(connection, district.posts[0])
    assert place is not None
    today = clock.now().astimezone(place.zone).date()
    assert [one.kind for one in place.peaks_on(today - timedelta(days=1))] == [
        "morning_arrival",
        "afternoon_dismissal",
    ]
    assert place.peaks_on(today + timedelta(days=1)) == ()


def test_a_closed_school_takes_no_posts(
    desk: Caller, app_store: Store, district: SmallDistrict, wanted: dict[str, Any], clock: WoundClock
) -> None:
    archived = archive(desk, seen(desk, district.posts[0])).json
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(school).where(school.c.id == district.schools[0]).values(archived_at=clock.now())
        )
    assert code(desk.post(POSTS, wanted)) == (409, "school_closed")
    assert code(archive(desk, archived, archived=False)) == (409, "school_closed")  # type: ignore[arg-type]
    moved = change(desk, seen(desk, district.posts[1]), school_id=district.schools[0])
    assert code(moved) == (409, "school_closed")
