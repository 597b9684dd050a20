"""The week before is copied where nothing speaks against it; who is away opens his seats by his phone."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from server.core.database.event_log import event
from server.core.database.transaction import Store
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1, STAFF_2, VOLUNTEER_1
from tests.tools.plans import AFTERNOON_PEAK, edit, planned, published, seat, week

SignIn = Callable[[int | None], Caller]
THIS, NEXT = "2026-11-23", "2026-11-30"


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


def test_the_week_before_fills_the_open_seats_and_says_who_stays_away(
    desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    post, guards, school = district.posts[0], district.guards[0], district.schools[0]
    copied = {"school_id": school, "week": NEXT}
    assert code(desk.post("/api/roster/copies", copied)) == (409, "nothing_to_copy")
    before = (
        edit(post, "2026-11-24", "staff", guards[STAFF_1]),
        edit(post, "2026-11-24", "security", guards[SECURITY_1]),
        edit(post, "2026-11-25", "staff", guards[STAFF_2]),
        *(
            edit(post, on, "volunteer", guards[VOLUNTEER_1], peak=peak)
            for on in ("2026-11-24", "2026-11-25", "2026-11-26")
            for peak in ("morning_arrival", AFTERNOON_PEAK)
        ),
    )
    assert planned(desk, *before, anyway=True).json == {"seats": 9}
    # One seat is taken by somebody else already; one person is suspended by now.
    assert planned(desk, edit(post, "2026-12-02", "staff", guards[STAFF_1])).status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == guards[SECURITY_1]
        transaction.connection.execute(update(account).where(his).values(status="suspended"))
    answer = desk.post("/api/roster/copies", copied).json
    assert answer["seats"] == 7  # type: ignore[index]
    [left] = answer["left"]  # type: ignore[index]
    assert (left["date"], left["name"], left["conflict"]) == ("2026-12-01", "测试13", "person_suspended")
    found = week(desk, NEXT)
    assert seat(found, "2026-12-01", "staff")["source"] == "copy"
    assert seat(found, "2026-12-02", "staff")["account_id"] == guards[STAFF_1]
    assert code(desk.post("/api/roster/copies", {**copied, "week": "2026-12-01"})) == (404, "not_found")


def test_of_who_belongs_elsewhere_by_now_no_more_is_said_than_that(
    desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    post, guard = district.posts[0], district.guards[0][SECURITY_1]
    assert planned(desk, edit(post, "2026-11-24", "security", guard)).status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        moved = update(account).where(account.c.id == guard)
        transaction.connection.execute(moved.values(school_id=district.schools[1], status="suspended"))
    answer = desk.post("/api/roster/copies", {"school_id": district.schools[0], "week": NEXT}).json
    assert [one["conflict"] for one in answer["left"]] == ["other_unit"]  # type: ignore[index]


def test_who_is_away_opens_his_seats_at_once_and_cannot_be_planned(
    desk: Caller, district: SmallDistrict, caller: SignIn, app_store: Store
) -> None:
    post, guard, school = district.posts[0], district.guards[0][STAFF_1], district.schools[0]
    days = ["2026-11-30", "2026-12-01", "2026-12-02"]
    assert planned(desk, *(edit(post, on, "staff", guard) for on in days)).status_code == 200
    assert published(desk, NEXT, school).status_code == 200
    phone = caller(guard)
    away = {"first_day": "2026-12-01", "last_day": "2026-12-02", "kind": "ill"}
    answer = phone.post("/api/me/absences", away)
    assert (answer.status_code, answer.json["seats"]) == (201, 2)  # type: ignore[index]
    mine = phone.get("/api/me/duties").json
    assert [one["date"] for one in mine["items"]] == ["2026-11-30"]  # type: ignore[index]
    assert [one["kind"] for one in mine["absences"]] == ["ill"]  # type: ignore[index]
    shown = seat(week(desk, NEXT), "2026-12-01", "staff")
    assert (shown["account_id"], shown["published_id"], shown["source"]) == (None, None, "absence")
    again = edit(post, "2026-12-01", "staff", guard, version=2)
    assert code(planned(desk, again)) == (409, "person_away")
    with app_store.read() as connection:
        told = connection.execute(select(event.c.id).where(event.c.name == "roster.published")).all()
    assert len(told) == 2
    number = answer.json["id"]  # type: ignore[index]
    other = caller(district.guards[0][STAFF_2])
    assert code(other.post(f"/api/me/absences/{number}/withdrawal")) == (404, "not_found")
    assert phone.post(f"/api/me/absences/{number}/withdrawal").status_code == 200
    assert code(phone.post(f"/api/me/absences/{number}/withdrawal")) == (404, "not_found")
    assert planned(desk, again).status_code == 200
    assert phone.get("/api/me/duties").json["absences"] == []  # type: ignore[index]


def test_a_duty_whose_check_in_has_begun_stays(desk: Caller, district: SmallDistrict, caller: SignIn) -> None:
    post, guard = district.posts[0], district.guards[0][STAFF_1]
    both = [edit(post, THIS, "staff", guard, peak=peak) for peak in ("morning_arrival", AFTERNOON_PEAK)]
    assert planned(desk, *both).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    phone = caller(guard)
    answer = phone.post("/api/me/absences", {"first_day": THIS, "last_day": THIS, "kind": "leave"})
    assert answer.json["seats"] == 1  # type: ignore[index]
    assert [one["peak"] for one in phone.get("/api/me/duties").json["items"]] == ["morning_arrival"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-11-22", "2026-11-24"), ("2026-11-25", "2026-11-24"), ("2026-11-24", "2027-02-01")],
)
def test_nobody_is_away_before_today_or_for_ever(
    district: SmallDistrict, caller: SignIn, first: str, last: str
) -> None:
    phone = caller(district.guards[0][STAFF_1])
    away = {"first_day": first, "last_day": last, "kind": "leave"}
    assert code(phone.post("/api/me/absences", away)) == (422, "bad_absence")
