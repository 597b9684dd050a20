"""What is at risk in the coming days: open seats, who cannot come, says nothing, stayed away last, or is new."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from server.attendance.tables import no_show
from server.core.database.transaction import Store
from server.roster.actions import forecast
from server.roster.jobs import remind_due
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, put_on_duty
from tests.tools.plans import MORNING_PEAK, edit, planned, published
from tests.tools.reminders import EVENING, THIS, TUESDAY, says
from tests.tools.statements import counted

SignIn = Callable[[int | None], Caller]
NOTHING = {"needed": 0, "open": 0, "cannot": 0, "asked": 0, "missed": 0, "first": 0, "unplanned": 0}


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


def at_risk(desk: Caller, on: str = TUESDAY, post: int = 0) -> Any:
    """Give what is at risk at a post on a day."""
    answer = desk.get("/api/roster/forecast")
    assert answer.status_code == 200, answer.json
    found = answer.json["posts"][post]  # type: ignore[index]
    return {name: n for name, n in next(one for one in found["days"] if one["date"] == on).items() if n} | {}


def put_out(desk: Caller, district: SmallDistrict, staff: list[int], security: list[int]) -> None:
    post = district.posts[0]
    seats = [edit(post, TUESDAY, "staff", one, number=at) for at, one in enumerate(staff, start=1)]
    seats += [edit(post, TUESDAY, "security", one, number=at) for at, one in enumerate(security, start=1)]
    assert planned(desk, *seats).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200


def test_each_seat_of_a_planned_peak_counts_for_the_gravest_that_is_known_of_it(
    desk: Caller, caller: SignIn, district: SmallDistrict, app: Flask, app_store: Store, clock: WoundClock
) -> None:
    post, guards = district.posts[0], district.guards[0]
    assert at_risk(desk) == {"date": TUESDAY, "unplanned": 2}
    put_out(desk, district, guards[:2], guards[SECURITY_1 : SECURITY_1 + 2])
    assert at_risk(desk) == {"date": TUESDAY, "unplanned": 1, "needed": 7, "open": 3, "first": 4}
    put_on_duty(app_store, district, post=0, seats=[0, 1], now=clock.now())
    with app_store.transaction(clock.now()) as transaction:
        row = {"post_id": post, "peak": MORNING_PEAK, "account_id": guards[1], "seat_group": "staff"}
        earlier = {**row, "date": date(2026, 11, 20), "account_id": guards[0]}
        transaction.connection.execute(insert(no_show), [{**row, "date": date(2026, 11, 23)}, earlier])
    # Who came after he had stayed away is no risk; on one day both happen, and he came.
    assert at_risk(desk) == {"date": TUESDAY, "unplanned": 1, "needed": 7, "open": 3, "first": 2}
    with app_store.transaction(clock.now()) as transaction:
        row |= {"peak": "afternoon_dismissal"}
        transaction.connection.execute(insert(no_show), [{**row, "date": date(2026, 11, 24)}])
    assert at_risk(desk) == {
        "date": TUESDAY,
        "unplanned": 1,
        "needed": 7,
        "open": 3,
        "first": 2,
        "missed": 1,
    }
    assert says(caller(guards[0]), post, "cannot").status_code == 200
    assert says(caller(guards[1]), post, "coming").status_code == 200
    assert at_risk(desk) == {
        "date": TUESDAY,
        "unplanned": 1,
        "needed": 7,
        "open": 3,
        "first": 2,
        "cannot": 1,
    }
    clock.set(EVENING)
    list(remind_due(app_store, app.extensions["huxue"].limits, EVENING))
    assert at_risk(desk) == {
        "date": TUESDAY,
        "unplanned": 1,
        "needed": 7,
        "open": 3,
        "asked": 2,
        "cannot": 1,
    }
    clock.set(datetime(2026, 11, 24, 0, 0, tzinfo=UTC))
    assert at_risk(desk) == {"date": TUESDAY, "unplanned": 1}, "what is over is no risk any more"


def test_each_desk_sees_its_posts_those_most_at_risk_first(
    desk: Caller, caller: SignIn, district: SmallDistrict
) -> None:
    put_out(desk, district, [district.guards[0][0]], [])
    school = desk.get("/api/roster/forecast").json
    assert [one["post_id"] for one in school["posts"]] == [district.posts[0]]  # type: ignore[index]
    found = caller(district.consoles["district_admin"]).get("/api/roster/forecast").json
    assert found["days"] == [f"2026-11-{day}" for day in range(23, 30)]  # type: ignore[index]
    assert [one["post_id"] for one in found["posts"]] == district.posts  # type: ignore[index]
    assert found["posts"][0]["total"] == NOTHING | {"needed": 7, "open": 6, "first": 1, "unplanned": 9}  # type: ignore[index]
    guard = caller(district.guards[0][0])
    assert code(guard.get("/api/roster/forecast")) == (403, "not_your_role")


def test_of_people_of_others_a_school_is_told_what_they_missed_at_its_own_posts_alone(
    desk: Caller, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    officer, (own, other) = district.guards[0][POLICE], (district.posts[0], district.posts[2])
    station = caller(district.consoles["station_officer"])
    assert planned(station, edit(own, TUESDAY, "police", officer)).status_code == 200
    assert published(station, THIS, district.schools[0]).status_code == 200

    def missed_at(post: int, on: date) -> None:
        row = {"post_id": post, "peak": MORNING_PEAK, "account_id": officer, "seat_group": "police"}
        with app_store.transaction(clock.now()) as transaction:
            transaction.connection.execute(insert(no_show), [{**row, "date": on}])

    def told(one: Caller) -> set[str]:
        return at_risk(one).keys() & {"first", "missed"}  # type: ignore[no-any-return]

    missed_at(other, date(2026, 11, 19))
    assert (told(desk), told(station)) == ({"first"}, {"missed"})
    missed_at(own, date(2026, 11, 20))
    assert (told(desk), told(station)) == ({"missed"}, {"missed"})


def test_a_forecast_takes_as_many_statements_for_one_post_as_for_those_of_a_piece(
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    desk: Caller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_out(desk, district, district.guards[0][:2], [])

    def statements(one: Caller) -> int:
        with counted(app_store) as heard:
            assert one.get("/api/roster/forecast").status_code == 200
        return len(heard.work)

    admin = caller(district.consoles["district_admin"])
    statements(admin), statements(desk)
    at_once = statements(admin)
    assert at_once == statements(desk)
    monkeypatch.setattr(forecast, "POSTS_AT_ONCE", 1)
    alone = statements(admin)
    monkeypatch.setattr(forecast, "POSTS_AT_ONCE", 2)
    assert (alone - at_once) % (len(district.posts) - 1) == 0
    assert at_once < statements(admin) < alone, "so many posts at a time, however many there are"
