"""A post that is archived or goes to another school is nobody's duty any more: its plan is taken back, and told."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.calendar.tables import published_duty
from server.core.database.transaction import Store
from server.delivery.tables import message
from server.roster.tables import planned_duty
from tests.tools.client import Caller, code
from tests.tools.district import SmallDistrict
from tests.tools.places_desk import POSTS, archive, change, new_post, seen
from tests.tools.plans import MORNING_PEAK, edit, planned, published
from tests.tools.reminders import THIS, TUESDAY, on_tuesday

SignIn = Callable[[int | None], Caller]
NEXT, NEXT_TUESDAY = "2026-11-30", "2026-12-01"


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


@pytest.fixture
def school(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


def closes(desk: Caller, district: SmallDistrict) -> Any:
    found = next(
        one
        for one in desk.get("/api/places/schools").json["items"]  # type: ignore[index]
        if one["id"] == district.schools[0]
    )
    body = {"version": found["version"], "archived": True, "reason": "并校"}
    return desk.post(f"/api/places/schools/{found['id']}/archiving", body)


@pytest.mark.parametrize(
    "gives_up",
    [
        lambda desk, district: archive(desk, seen(desk, district.posts[0])),
        lambda desk, district: change(desk, seen(desk, district.posts[0]), school_id=district.schools[2]),
        closes,
    ],
    ids=["archived", "moved", "school closed"],
)
def test_who_was_to_come_is_told_that_he_is_not(
    desk: Caller,
    school: Caller,
    app_store: Store,
    district: SmallDistrict,
    gives_up: Callable[[Caller, SmallDistrict], Any],
) -> None:
    one, other = district.guards[0][:2]
    on_tuesday(school, district, one)
    assert planned(school, edit(district.posts[0], NEXT_TUESDAY, "staff", other)).status_code == 200
    assert gives_up(desk, district).status_code == 200
    with app_store.read() as connection:
        people = set(connection.execute(select(planned_duty.c.account_id)).scalars())
        assert (people, connection.execute(select(published_duty)).all()) == ({None}, [])
        query = select(message).where(message.c.purpose == "duty_change").order_by(message.c.id)
        _given, last = connection.execute(query).all()
    said = json.loads(last.body)
    assert (last.account_id, said["given"]) == (one, [])
    assert [(line["date"], line["place"]) for line in said["taken"]] == [(TUESDAY, "青禾第1小学 南门")]


def test_who_stood_at_an_archived_post_is_planned_elsewhere(
    desk: Caller, school: Caller, district: SmallDistrict
) -> None:
    one = district.guards[0][0]
    other: int = desk.post(POSTS, new_post(district)).json["id"]  # type: ignore[index]
    on_tuesday(school, district, one)
    assert archive(desk, seen(desk, district.posts[0])).status_code == 200
    there = planned(school, edit(district.posts[0], TUESDAY, "staff", None, version=2))
    assert code(there) == (409, "no_such_seat")
    assert planned(school, edit(other, TUESDAY, "staff", one)).status_code == 200
    assert published(school, THIS, district.schools[0]).json["given"] == 1  # type: ignore[index]


def test_a_week_is_copied_past_an_archived_post(
    desk: Caller, school: Caller, district: SmallDistrict
) -> None:
    one = district.guards[0][0]
    other: int = desk.post(POSTS, new_post(district)).json["id"]  # type: ignore[index]
    assert planned(school, edit(other, TUESDAY, "staff", one)).status_code == 200
    assert planned(school, edit(district.posts[0], NEXT_TUESDAY, "staff", one)).status_code == 200
    assert archive(desk, seen(desk, district.posts[0])).status_code == 200
    copied = school.post("/api/roster/copies", {"school_id": district.schools[0], "week": NEXT})
    assert copied.status_code == 200
    assert (copied.json["seats"], copied.json["left"]) == (1, [])


def test_a_peak_that_has_begun_keeps_its_people(
    desk: Caller, school: Caller, app_store: Store, district: SmallDistrict, clock: Any
) -> None:
    today = edit(district.posts[0], THIS, "staff", district.guards[0][0])
    assert planned(school, today).status_code == 200
    assert published(school, THIS, district.schools[0]).status_code == 200
    clock.wind(minutes=6)
    assert archive(desk, seen(desk, district.posts[0])).status_code == 200
    with app_store.read() as connection:
        kept = connection.execute(select(published_duty.c.peak, published_duty.c.account_id)).one()
    assert tuple(kept) == (MORNING_PEAK, district.guards[0][0])
