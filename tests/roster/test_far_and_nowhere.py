"""Dates at the end of the calendar, plans for years ahead, and seats that are nowhere."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from server.core.database.transaction import Store
from server.people.tables import account
from server.roster.tables import planned_duty
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import STAFF_1
from tests.tools.plans import edit, planned, published, seat, week

SignIn = Callable[[int | None], Caller]
NEXT, TUESDAY = "2026-11-30", "2026-12-01"


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


def _rows(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(planned_duty)).scalar_one())


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-27", "9999-12-31"])
def test_a_date_at_the_end_of_the_calendar_is_refused_and_breaks_nothing(
    desk: Caller, caller: SignIn, district: SmallDistrict, on: str
) -> None:
    """The week around it has days that are no dates: six routes answered 500."""
    wanted = edit(district.posts[0], on, "staff", district.guards[0][STAFF_1])
    asked: dict[str, Any] = {"school_id": district.schools[0], "week": on, "seen": "0" * 32}
    answers = [
        desk.get("/api/roster/week", week=on),
        desk.get("/api/roster/candidates", **{key: wanted[key] for key in wanted if key != "account_id"}),
        planned(desk, wanted),
        desk.post("/api/roster/publication", asked),
        desk.post("/api/roster/copies", asked),
        caller(district.guards[0][STAFF_1]).post(
            "/api/me/absences", {"first_day": on, "last_day": on, "kind": "ill"}
        ),
        desk.get("/api/attendance", since=on, until=on),
        desk.get("/api/attendance/weeks", since=on, until=on),
        desk.get("/api/attendance/peaks", since=on, until=on),
    ]
    assert {code(answer) for answer in answers} == {(422, "bad_input")}


def test_nobody_is_planned_for_years_ahead(desk: Caller, district: SmallDistrict, app_store: Store) -> None:
    guard = district.guards[0][STAFF_1]
    assert planned(desk, edit(district.posts[0], "2027-05-28", "staff", guard)).status_code == 200
    for on in ("2027-06-02", "2190-03-02"):
        assert code(planned(desk, edit(district.posts[0], on, "staff", guard))) == (409, "no_such_seat")
    assert week(desk, "2027-05-24")["may_plan"] == ["staff", "security", "volunteer"]
    assert week(desk, "2027-05-31")["may_plan"] == []
    assert _rows(app_store) == 1


def test_what_is_no_seat_is_not_emptied_either(
    desk: Caller, district: SmallDistrict, app_store: Store
) -> None:
    """Each such write left a row that no page shows and nobody takes away."""
    post = district.posts[0]
    nowhere = [
        edit(post, TUESDAY, "staff", None, peak="no such peak"),
        {**edit(post, TUESDAY, "staff", None), "seat": 9},
        edit(post, "2026-12-05", "staff", None),
    ]
    for one in nowhere:
        assert code(planned(desk, one)) == (409, "no_such_seat")
    assert _rows(app_store) == 0


def test_of_somebody_who_was_moved_the_week_tells_no_more_than_that(
    desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    """How he stands where he is by now is not his old school's to know."""
    guard = district.guards[0][STAFF_1]
    assert planned(desk, edit(district.posts[0], TUESDAY, "staff", guard)).status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        gone = {"school_id": district.schools[1], "status": "suspended"}
        transaction.connection.execute(update(account).where(account.c.id == guard).values(**gone))
    assert seat(week(desk, NEXT), TUESDAY, "staff")["conflicts"] == ["other_unit"]
    assert code(published(desk, NEXT, district.schools[0])) == (409, "plan_has_conflicts")
