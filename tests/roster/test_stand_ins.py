"""Who cannot come asks for a stand-in: his duty stays his until somebody takes it, and a school may undo it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.delivery.tables import message
from server.people.tables import account
from server.roster.jobs import ask_next
from server.roster.rules.stand_ins import StandInLimits, Substitute, wave_of
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, VOLUNTEER_1
from tests.tools.plans import MORNING_PEAK, edit, planned, published, seat, week
from tests.tools.reminders import START, THIS, TUESDAY, says

SignIn = Callable[[int | None], Caller]
NAMED = {"date": TUESDAY, "peak": MORNING_PEAK}


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def limits(app: Flask) -> Limits:
    found: Limits = app.extensions["huxue"].limits
    return found


@pytest.fixture
def pair(desk: Caller, caller: SignIn, district: SmallDistrict) -> tuple[Caller, Caller]:
    """Give a guard who has a duty on Tuesday, and another one who has none."""
    post, one, other = district.posts[0], *district.guards[0][SECURITY_1 : SECURITY_1 + 2]
    assert planned(desk, edit(post, TUESDAY, "security", one)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    return caller(one), caller(other)


def asks(phone: Caller, post: int, **more: Any) -> Any:
    return phone.post("/api/me/stand-ins", {"post_id": post, **NAMED, **more})


def acts(phone: Caller, number: int, what: str, **more: Any) -> Any:
    return phone.post(f"/api/me/stand-ins/{number}/{what}", more)


def offers(phone: Caller) -> list[Any]:
    found = phone.get("/api/me/stand-ins")
    assert found.status_code == 200
    return list(found.json["items"])  # type: ignore[index]


def duties(phone: Caller) -> list[Any]:
    return list(phone.get("/api/me/duties").json["items"])  # type: ignore[index]


def told(store: Store, purpose: str) -> list[Any]:
    with store.read() as connection:
        query = select(message).where(message.c.purpose == purpose).order_by(message.c.id)
        return list(connection.execute(query).all())


def goes_on(store: Store, limits: Limits, at: datetime) -> None:
    rows = RowRetry("stand_ins")
    ask_next(store, limits, at, rows)
    assert not rows.failures


def test_a_duty_stays_whose_it_is_until_somebody_who_was_asked_takes_it(
    desk: Caller, pair: tuple[Caller, Caller], district: SmallDistrict, app_store: Store
) -> None:
    one, other = pair
    post = district.posts[0]
    number = asks(one, post).json["id"]
    [mine] = duties(one)
    assert (mine["answer"], mine["stand_in_id"], mine["stand_in_asked"]) == ("cannot", number, 1)
    shown = seat(week(desk, THIS), TUESDAY, "security")
    assert (shown["published_id"], shown["stand_in"]) == (one.account_id, "open")
    [offer] = told(app_store, "stand_in_offer")
    assert (offer.account_id, json.loads(offer.body)["duty"]["starts"]) == (other.account_id, "07:20")
    assert [row["id"] for row in offers(other)] == [number]
    assert offers(one) == [], "nobody is asked for himself"
    assert acts(other, number, "taking").status_code == 200
    shown = seat(week(desk, THIS), TUESDAY, "security")
    assert (shown["published_id"], shown["account_id"]) == (other.account_id, other.account_id)
    assert (shown["stand_in"], shown["stands_in_for"]) == ("taken", "测试13")
    assert (shown["source"], shown["answer"]) == ("stand_in", "coming")
    assert (duties(one), offers(other)) == ([], [])
    assert [row["answer"] for row in duties(other)] == ["coming"]
    change = told(app_store, "duty_change")[-1]
    assert change.account_id == one.account_id
    assert [len(json.loads(change.body)[what]) for what in ("given", "taken")] == [0, 1]


def test_of_two_who_tap_one_gets_it_and_a_tap_that_came_twice_counts_once(
    desk: Caller, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    post, guards = district.posts[0], district.guards[0]
    with app_store.transaction(clock.now()) as transaction:
        # A third one of the group.
        his = account.c.id == guards[VOLUNTEER_1]
        transaction.connection.execute(update(account).where(his).values(category="security"))
    one = guards[SECURITY_1]
    assert planned(desk, edit(post, TUESDAY, "security", one)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    number = asks(caller(one), post).json["id"]
    first, second = caller(guards[SECURITY_1 + 1]), caller(guards[VOLUNTEER_1])
    tap = {"request_id": "00000000-0000-4000-8000-000000000002"}
    assert acts(first, number, "taking", **tap).status_code == 200
    assert code(acts(second, number, "taking")) == (409, "stand_in_taken")
    assert acts(first, number, "taking", **tap).status_code == 200
    assert duties(second) == []


def test_nobody_takes_what_he_was_not_asked_for_or_cannot_or_is_over(
    desk: Caller,
    caller: SignIn,
    pair: tuple[Caller, Caller],
    district: SmallDistrict,
    app_store: Store,
    clock: WoundClock,
) -> None:
    (one, other), post = pair, district.posts[0]
    stranger = caller(district.guards[1][SECURITY_1])
    assert code(asks(stranger, post)) == (404, "not_found"), "another school's duty"
    assert code(asks(other, post)) == (404, "not_found"), "not his"
    number = asks(one, post).json["id"]
    assert code(acts(stranger, number, "taking")) == (404, "not_found")
    assert code(acts(stranger, number, "withdrawal")) == (404, "not_found")
    assert asks(one, post).json["id"] == number, "one search a duty"
    away = {"first_day": TUESDAY, "last_day": TUESDAY, "kind": "ill"}
    absence = other.post("/api/me/absences", away).json["id"]  # type: ignore[index]
    assert code(acts(other, number, "taking")) == (409, "cannot_take")
    assert other.post(f"/api/me/absences/{absence}/withdrawal", {}).status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == other.account_id
        transaction.connection.execute(update(account).where(his).values(status="suspended"))
    assert code(acts(other, number, "taking")) == (403, "suspended")
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(account).where(his).values(status="approved"))
    clock.set(START)
    assert offers(other) == []
    assert code(acts(other, number, "taking")) == (409, "stand_in_over")
    assert code(asks(one, post)) == (409, "duty_begun")


def test_a_search_ends_with_the_duty_that_was_withdrawn_and_with_who_comes_after_all(
    desk: Caller, pair: tuple[Caller, Caller], district: SmallDistrict, app_store: Store, limits: Limits
) -> None:
    (one, other), post = pair, district.posts[0]
    number = asks(one, post).json["id"]
    assert says(one, post, "coming").status_code == 200
    assert offers(other) == [], "he comes himself"
    assert duties(one)[0]["stand_in_id"] is None
    assert asks(one, post).json["id"] == number
    assert acts(one, number, "withdrawal").status_code == 200
    assert offers(other) == []
    assert code(acts(other, number, "taking")) == (409, "stand_in_over")
    assert code(acts(one, number, "withdrawal")) == (404, "not_found")
    again = asks(one, post).json["id"]
    assert again == number
    assert [row["id"] for row in offers(other)] == [number]
    assert planned(desk, edit(post, TUESDAY, "security", None, version=1)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    assert offers(other) == [], "the week was published without it"
    assert code(acts(other, again, "taking")) == (409, "stand_in_over")
    goes_on(app_store, limits, datetime(2026, 11, 23, 1, tzinfo=UTC))
    assert len(told(app_store, "stand_in_offer")) == 1, "nobody is asked twice about a duty"


def test_the_next_people_are_asked_after_a_while_and_nobody_twice_nor_in_the_night(
    desk: Caller, caller: SignIn, district: SmallDistrict, app_store: Store, limits: Limits, clock: WoundClock
) -> None:
    post, guards = district.posts[0], district.guards[0]
    with app_store.transaction(clock.now()) as transaction:
        group = account.c.id.in_([guards[0], guards[1], *guards[VOLUNTEER_1 : VOLUNTEER_1 + 2]])
        transaction.connection.execute(update(account).where(group).values(category="security"))
    one = guards[SECURITY_1]
    assert planned(desk, edit(post, "2026-11-25", "security", one)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    phone = caller(one)
    assert asks(phone, post, date="2026-11-25").status_code == 201
    first = {row.account_id for row in told(app_store, "stand_in_offer")}
    assert len(first) == 3
    goes_on(app_store, limits, clock.wind(minutes=14))
    assert len(told(app_store, "stand_in_offer")) == 3
    # 22:15 there.
    clock.set(datetime(2026, 11, 23, 14, 15, tzinfo=UTC))
    goes_on(app_store, limits, clock.now())
    assert len(told(app_store, "stand_in_offer")) == 3
    clock.set(datetime(2026, 11, 23, 22, 31, tzinfo=UTC))
    goes_on(app_store, limits, clock.now())
    goes_on(app_store, limits, clock.now())
    everybody = [row.account_id for row in told(app_store, "stand_in_offer")]
    assert len(everybody) == len(set(everybody)) == 5
    assert one not in everybody
    [mine] = duties(phone)
    assert mine["stand_in_asked"] == 5


def test_a_school_gives_the_duty_back_and_both_are_told(
    desk: Caller, caller: SignIn, pair: tuple[Caller, Caller], district: SmallDistrict, app_store: Store
) -> None:
    (one, other), post = pair, district.posts[0]
    number = asks(one, post).json["id"]
    path = f"/api/roster/stand-ins/{number}/undoing"
    assert code(desk.post(path, {})) == (404, "not_found"), "nobody has taken it"
    assert acts(other, number, "taking").status_code == 200
    elsewhere = caller(district.consoles["station_officer"])
    assert code(elsewhere.post(path, {})) == (403, "not_your_role"), "a station plans its police"
    assert desk.post(path, {}).status_code == 200
    shown = seat(week(desk, THIS), TUESDAY, "security")
    assert (shown["published_id"], shown["account_id"]) == (one.account_id, one.account_id)
    assert (shown["stand_in"], shown["stands_in_for"], shown["answer"]) == (None, None, None)
    assert {row.account_id for row in told(app_store, "duty_change")[-2:]} == {
        one.account_id,
        other.account_id,
    }
    assert code(desk.post(path, {})) == (409, "stand_in_stays")


def test_what_a_school_changed_since_is_not_undone(
    desk: Caller, pair: tuple[Caller, Caller], district: SmallDistrict
) -> None:
    (one, other), post = pair, district.posts[0]
    number = asks(one, post).json["id"]
    assert acts(other, number, "taking").status_code == 200
    away = {"first_day": TUESDAY, "last_day": TUESDAY, "kind": "ill"}
    assert one.post("/api/me/absences", away).status_code == 201
    path = f"/api/roster/stand-ins/{number}/undoing"
    assert code(desk.post(path, {})) == (409, "stand_in_stays"), "he is away"
    assert planned(desk, edit(post, TUESDAY, "security", None, version=2)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    assert code(desk.post(path, {})) == (409, "stand_in_stays")


def test_who_was_never_asked_comes_first_then_who_was_longest_not_then_the_nearest() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    people = [
        Substitute(1, now, 10.0, 0),
        Substitute(2, now - timedelta(days=9), None, 0),
        Substitute(3, None, 900.0, 0),
        Substitute(4, None, 80.0, 2),
        Substitute(5, None, 60.0, 1),
        Substitute(6, None, None, 0),
    ]
    assert wave_of(people, StandInLimits(people=9)) == [5, 4, 3, 6, 2, 1]
    assert wave_of(people, StandInLimits()) == [5, 4, 3]
