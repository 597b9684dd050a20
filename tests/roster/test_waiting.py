"""Who comes when all places are taken waits in order, and the first who is free gets what is given back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery.tables import message
from server.people.tables import account
from server.roster import jobs
from server.roster.jobs import fill_places
from server.roster.queries import waiting
from server.roster.rules.named_places import PeakOf
from server.roster.rules.waiting import Waiting, in_order, next_ones, turn_of
from server.roster.tables import place_wait
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1, VOLUNTEER_1
from tests.tools.plans import MORNING_PEAK, edit, planned, published
from tests.tools.reminders import START, THIS, TUESDAY

SignIn = Callable[[int | None], Caller]
ZERO = datetime(2026, 11, 23, tzinfo=UTC)


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 9)), unique_by=lambda one: one[0]),
    st.integers(-2, 9),
    st.sets(st.integers(1, 30)),
)
def test_seats_go_in_order_to_those_who_are_free_and_nobody_else_loses_his_turn(
    people: list[tuple[int, int]], seats: int, busy: set[int]
) -> None:
    some = [Waiting(number, who, ZERO + timedelta(minutes=at)) for number, (who, at) in enumerate(people)]
    chosen = next_ones(some, seats, lambda who: who not in busy)
    free = [one for one in in_order(some) if one.account_id not in busy]
    assert chosen == free[: max(0, seats)]
    turns = [turn_of(some, one.account_id) for one in in_order(some)]
    assert turns == list(range(1, len(some) + 1))
    assert turn_of(some, 31) is None


@pytest.fixture
def limits(app: Flask) -> Limits:
    found: Limits = app.extensions["huxue"].limits
    return found


@pytest.fixture
def people(caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock) -> list[Caller]:
    """Give four volunteers; the first two have the two places on Tuesday."""
    more = district.guards[0][STAFF_1 : STAFF_1 + 2]
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id.in_(more)
        transaction.connection.execute(update(account).where(his).values(category="volunteer"))
    found = [caller(one) for one in (*district.guards[0][VOLUNTEER_1 : VOLUNTEER_1 + 2], *more)]
    for one in found[:2]:
        assert acts(one, district, "").status_code == 201
    return found


def acts(phone: Caller, district: SmallDistrict, what: str, on: str = TUESDAY) -> Any:
    named = {"post_id": district.posts[0], "date": on, "peak": MORNING_PEAK}
    return phone.post(f"/api/me/places{what}", named)


def full(phone: Caller) -> dict[str, tuple[int, int | None]]:
    found = phone.get("/api/me/open-places").json["full"]  # type: ignore[index]
    return {one["date"]: (one["waiting"], one["turn"]) for one in found if one["peak"] == MORNING_PEAK}


def dates(phone: Caller) -> list[str]:
    return [one["date"] for one in phone.get("/api/me/duties").json["items"]]  # type: ignore[index]


def looks(store: Store, limits: Limits, now: datetime) -> None:
    rows = RowRetry("places")
    for _some in fill_places(store, limits, now, rows):
        pass
    assert not rows.failures


def given_to(store: Store) -> list[int]:
    with store.read() as connection:
        query = select(message.c.account_id).where(message.c.purpose == "duty_change")
        return [one or 0 for one in connection.execute(query.order_by(message.c.id)).scalars()]


def test_the_first_who_waits_gets_the_place_that_is_given_back_and_is_told_once(
    people: list[Caller], district: SmallDistrict, app_store: Store, limits: Limits, clock: WoundClock
) -> None:
    _one, other, third, fourth = people
    assert full(third) == {TUESDAY: (0, None)}
    for phone in (third, fourth):
        assert acts(phone, district, "/waiting").status_code == 201
    assert acts(third, district, "/waiting").status_code == 201, "twice is once, and keeps his turn"
    assert (full(third), full(fourth)) == ({TUESDAY: (2, 1)}, {TUESDAY: (2, 2)})
    before = len(given_to(app_store))
    assert acts(other, district, "/return").status_code == 200
    assert (dates(third), dates(fourth)) == ([TUESDAY], [])
    assert given_to(app_store)[before:] == [third.account_id]
    assert full(fourth) == {TUESDAY: (1, 1)}
    looks(app_store, limits, clock.now())
    assert given_to(app_store)[before:] == [third.account_id]
    assert acts(fourth, district, "/waiting/end").status_code == 200
    assert full(fourth) == {TUESDAY: (0, None)}
    assert acts(third, district, "/return").status_code == 200
    assert dates(fourth) == [], "he waits no more"


def test_who_is_away_keeps_his_turn_and_the_next_one_gets_it(
    people: list[Caller], district: SmallDistrict
) -> None:
    _one, other, third, fourth = people
    for phone in (third, fourth):
        acts(phone, district, "/waiting")
    away = {"first_day": TUESDAY, "last_day": TUESDAY, "kind": "ill"}
    assert third.post("/api/me/absences", away).status_code == 201
    assert acts(other, district, "/return").status_code == 200
    assert (dates(third), dates(fourth)) == ([], [TUESDAY])


def test_a_place_that_a_planner_empties_goes_to_them_too_and_nobody_is_quicker(
    people: list[Caller],
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    limits: Limits,
    clock: WoundClock,
) -> None:
    one, other, third, fourth = people
    assert acts(fourth, district, "/waiting").status_code == 201
    desk = caller(district.consoles["school_admin"])
    assert planned(desk, edit(district.posts[0], TUESDAY, "volunteer", None, version=1)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    assert code(acts(third, district, "")) == (409, "place_taken"), "somebody waited before him"
    looks(app_store, limits, clock.now())
    assert (dates(one), dates(fourth), dates(other)) == ([], [TUESDAY], [TUESDAY])


def test_nobody_waits_for_what_is_open_late_or_not_his(
    people: list[Caller],
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    limits: Limits,
    clock: WoundClock,
) -> None:
    one, _other, third, _fourth = people
    assert code(acts(third, district, "/waiting", "2026-11-25")) == (409, "place_is_open")
    assert code(acts(one, district, "/waiting")) == (409, "cannot_take"), "he stands there"
    guard = caller(district.guards[0][SECURITY_1])
    assert code(acts(guard, district, "/waiting")) == (403, "not_your_role")
    assert acts(third, district, "/waiting").status_code == 201
    clock.set(START - timedelta(hours=12))
    assert code(acts(third, district, "/waiting")) == (409, "too_late_to_wait")
    looks(app_store, limits, clock.now())
    with app_store.read() as connection:
        assert not connection.execute(select(place_wait.c.id)).all(), "the list has ended"
    assert full(third) == {}


def test_who_was_told_to_come_stands_there_until_the_week_is_published_anew(
    people: list[Caller],
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    limits: Limits,
    clock: WoundClock,
) -> None:
    one, other, third, _fourth = people
    desk = caller(district.consoles["school_admin"])
    assert acts(third, district, "/waiting").status_code == 201
    assert planned(desk, edit(district.posts[0], TUESDAY, "volunteer", None, version=1)).status_code == 200
    assert code(acts(one, district, "/waiting")) == (409, "cannot_take"), "a draft tells him nothing yet"
    peak = PeakOf(district.posts[0], date.fromisoformat(TUESDAY), MORNING_PEAK)
    with app_store.transaction(clock.now()) as transaction:
        waiting.add(transaction.connection, one.account_id or 0, peak, clock.now() - timedelta(days=1))
    assert acts(other, district, "/return").status_code == 200, "whoever waits is no reason to keep it"
    looks(app_store, limits, clock.now())
    assert (dates(one), dates(other), dates(third)) == ([TUESDAY], [], [TUESDAY])


def test_no_peak_is_left_out_however_many_are_waited_for(
    people: list[Caller],
    district: SmallDistrict,
    app_store: Store,
    limits: Limits,
    clock: WoundClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, _other, third, _fourth = people
    monkeypatch.setattr(jobs, "PEAKS_AT_ONCE", 1)
    with app_store.transaction(clock.now()) as transaction:
        # Full as well, and earlier: nobody gets one there.
        for post_id in (district.posts[1], district.posts[2]):
            peak = PeakOf(post_id, date.fromisoformat(TUESDAY), "afternoon_dismissal")
            waiting.add(transaction.connection, one.account_id or 0, peak, clock.now())
        wednesday = PeakOf(district.posts[0], date.fromisoformat("2026-11-25"), MORNING_PEAK)
        waiting.add(transaction.connection, third.account_id or 0, wednesday, clock.now())
    looks(app_store, limits, clock.now())
    assert dates(third) == ["2026-11-25"]
