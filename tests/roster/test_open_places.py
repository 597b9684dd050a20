"""A volunteer takes an open place of his school by himself, and gives it back until the deadline."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from server.core.database.transaction import Store
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import STAFF_1, VOLUNTEER_1
from tests.tools.plans import AFTERNOON_PEAK, MORNING_PEAK, edit, planned, published, seat, week

SignIn = Callable[[int | None], Caller]
# The test's Monday is 2026-11-23, 07:15.
THIS, NEXT, TUESDAY = "2026-11-23", "2026-11-30", "2026-12-01"


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def phone(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.guards[0][VOLUNTEER_1])


@pytest.fixture
def second(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.guards[0][VOLUNTEER_1 + 1])


def places(phone: Caller) -> dict[tuple[str, str], Any]:
    """Give the open places by date and peak."""
    found = phone.get("/api/me/open-places").json
    return {(one["date"], one["peak"]): one for one in found["items"]}  # type: ignore[index]


def takes(phone: Caller, post: int, on: str, peak: str = MORNING_PEAK) -> TestResponse:
    return phone.post("/api/me/places", {"post_id": post, "date": on, "peak": peak})


def gives_back(phone: Caller, post: int, on: str, peak: str = MORNING_PEAK) -> TestResponse:
    return phone.post("/api/me/places/return", {"post_id": post, "date": on, "peak": peak})


def test_a_place_is_taken_planned_and_published_at_once_and_given_back(
    desk: Caller, phone: Caller, second: Caller, district: SmallDistrict
) -> None:
    post, me = district.posts[0], district.guards[0][VOLUNTEER_1]
    found = places(phone)
    assert (THIS, MORNING_PEAK) in found, "it begins in five minutes"
    assert max(on for on, _peak in found) == "2026-12-07", "fourteen days ahead"
    assert found[TUESDAY, MORNING_PEAK]["seats"] == 2
    assert takes(phone, post, TUESDAY).status_code == 201
    shown = seat(week(desk, NEXT), TUESDAY, "volunteer")
    assert (shown["account_id"], shown["published_id"], shown["source"]) == (me, me, "self")
    [duty] = phone.get("/api/me/duties").json["items"]  # type: ignore[index]
    assert duty["gives_back_until"] == "2026-11-30T11:20:00.000Z"
    assert (TUESDAY, MORNING_PEAK) not in places(phone), "he has a place then"
    assert places(second)[TUESDAY, MORNING_PEAK]["seats"] == 1
    assert takes(second, post, TUESDAY).status_code == 201
    assert (
        seat(week(desk, NEXT), TUESDAY, "volunteer", 2)["account_id"] == district.guards[0][VOLUNTEER_1 + 1]
    )
    assert gives_back(phone, post, TUESDAY).status_code == 200
    shown = seat(week(desk, NEXT), TUESDAY, "volunteer")
    assert (shown["account_id"], shown["published_id"], shown["left_by"]) == (None, None, "测试15")
    assert phone.get("/api/me/duties").json["items"] == []  # type: ignore[index]
    assert code(gives_back(phone, post, TUESDAY)) == (404, "not_found")
    assert takes(phone, post, TUESDAY).status_code == 201


def test_the_last_seat_is_taken_once_and_a_draft_of_the_school_counts(
    desk: Caller, phone: Caller, second: Caller, district: SmallDistrict
) -> None:
    post, guards = district.posts[0], district.guards[0]
    draft = edit(post, TUESDAY, "volunteer", guards[VOLUNTEER_1 + 1], number=2)
    assert planned(desk, draft).status_code == 200
    assert places(phone)[TUESDAY, MORNING_PEAK]["seats"] == 1
    assert takes(phone, post, TUESDAY).status_code == 201
    assert code(takes(second, post, TUESDAY)) == (409, "place_taken")
    assert code(takes(second, post, "2026-12-05")) == (409, "place_taken"), "there is no school"
    assert code(takes(second, post, "2026-12-08")) == (409, "place_taken"), "nobody signs up so early"
    assert code(takes(second, district.posts[1], TUESDAY)) == (404, "not_found"), "another school"


def test_a_week_has_a_limit_and_who_cannot_come_takes_nothing(
    phone: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    post, me = district.posts[0], district.guards[0][VOLUNTEER_1]
    for on in ("2026-11-30", "2026-12-01", "2026-12-02"):
        assert takes(phone, post, on).status_code == 201
    assert places(phone)["2026-12-03", MORNING_PEAK]["week_full"]
    assert not places(phone)["2026-12-07", MORNING_PEAK]["week_full"]
    answer = takes(phone, post, "2026-12-03")
    assert (code(answer), answer.json["facts"]) == ((409, "week_full"), {"most": 3})  # type: ignore[index]
    away = {"first_day": "2026-12-07", "last_day": "2026-12-07", "kind": "ill"}
    assert phone.post("/api/me/absences", away).status_code == 201
    assert code(takes(phone, post, "2026-12-07")) == (409, "cannot_take")
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == me
        transaction.connection.execute(update(account).where(his).values(status="pending"))
    assert code(takes(phone, post, "2026-11-24")) == (409, "cannot_take")
    assert places(phone) == {}


def test_a_place_is_given_back_until_the_deadline_and_never_what_the_school_planned(
    desk: Caller, phone: Caller, district: SmallDistrict, clock: WoundClock
) -> None:
    post, me = district.posts[0], district.guards[0][VOLUNTEER_1]
    assert planned(desk, edit(post, TUESDAY, "volunteer", me)).status_code == 200
    assert published(desk, NEXT, district.schools[0]).status_code == 200
    assert code(gives_back(phone, post, TUESDAY)) == (404, "not_found")
    assert phone.get("/api/me/duties").json["items"][0]["gives_back_until"] is None  # type: ignore[index]
    assert takes(phone, post, "2026-11-24", AFTERNOON_PEAK).status_code == 201
    assert takes(phone, post, THIS, AFTERNOON_PEAK).status_code == 201
    answer = gives_back(phone, post, THIS, AFTERNOON_PEAK)
    assert (code(answer), answer.json["facts"]) == ((409, "too_late_to_give_back"), {"hours": 12})  # type: ignore[index]
    clock.wind(minutes=8 * 60)
    assert gives_back(phone, post, "2026-11-24", AFTERNOON_PEAK).status_code == 200


def test_nobody_but_a_volunteer_is_offered_anything(caller: SignIn, district: SmallDistrict) -> None:
    teacher = caller(district.guards[0][STAFF_1])
    assert places(teacher) == {}
    assert code(takes(teacher, district.posts[0], TUESDAY)) == (403, "not_your_role")
    assert code(gives_back(teacher, district.posts[0], TUESDAY)) == (403, "not_your_role")
