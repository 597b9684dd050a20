"""Two people change duties: one offers, another one takes, the school or a rule agrees; until then nothing moves."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.delivery.tables import message
from server.people.tables import account
from server.roster.jobs import end_late
from server.roster.rules.swaps import GOES_ON, SwapLimits, SwapState, left_by, open_until, require_in_time
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1, suspend
from tests.tools.plans import AFTERNOON_PEAK, MORNING_PEAK, edit, planned, published, seat, week
from tests.tools.reminders import START, THIS, TUESDAY

SignIn = Callable[[int | None], Caller]
WEDNESDAY = "2026-11-25"
OFFERED = {"date": TUESDAY, "peak": MORNING_PEAK}
GIVEN = {"date": WEDNESDAY, "peak": AFTERNOON_PEAK}


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=3), st.integers(0, 10_000), st.integers(0, 168))
def test_a_swap_is_in_time_only_before_the_first_of_its_duties(
    starts: list[int], at: int, hours: int
) -> None:
    zero = datetime(2026, 11, 24, tzinfo=UTC)
    begin = [zero + timedelta(minutes=one) for one in starts]
    now, limits = zero + timedelta(minutes=at), SwapLimits(hours=hours)
    try:
        require_in_time(begin, now, limits)
    except Refused:
        assert any(now >= one - timedelta(hours=hours) for one in begin)
    else:
        assert all(now < one - timedelta(hours=hours) for one in begin)
    assert open_until(begin, limits) <= min(begin)


@given(st.sampled_from(SwapState), st.booleans())
def test_whoever_steps_back_ends_nothing_that_is_agreed(state: SwapState, is_owner: bool) -> None:
    try:
        after = left_by(state, is_owner=is_owner)
    except Refused:
        assert state not in GOES_ON or not is_owner
    else:
        assert state in GOES_ON
        assert after is (SwapState.WITHDRAWN if is_owner else SwapState.OPEN)


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def limits(app: Flask) -> Limits:
    found: Limits = app.extensions["huxue"].limits
    return found


@pytest.fixture
def pair(desk: Caller, caller: SignIn, district: SmallDistrict) -> tuple[Caller, Caller]:
    """Give two guards, of whom one has a duty on Tuesday and the other one on Wednesday."""
    post, one, other = district.posts[0], *district.guards[0][SECURITY_1 : SECURITY_1 + 2]
    seats = [
        edit(post, TUESDAY, "security", one),
        edit(post, WEDNESDAY, "security", other, peak=AFTERNOON_PEAK),
    ]
    assert planned(desk, *seats).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    return caller(one), caller(other)


def offers(phone: Caller, post: int, **more: Any) -> Any:
    return phone.post("/api/me/swaps", {"post_id": post, **OFFERED, **more})


def takes(phone: Caller, number: int, back: dict[str, Any] | None = None, **more: Any) -> Any:
    return phone.post(f"/api/me/swaps/{number}/taking", {"in_return": back, **more})


def decides(desk: Caller, number: int, agree: bool, **more: Any) -> Any:
    return desk.post(f"/api/roster/swaps/{number}/decision", {"agree": agree, **more})


def leaves(phone: Caller, number: int) -> Any:
    return phone.post(f"/api/me/swaps/{number}/withdrawal", {})


def mine(phone: Caller) -> dict[str, Any]:
    found = phone.get("/api/me/swaps")
    assert found.status_code == 200
    return dict(found.json)  # type: ignore[arg-type]


def duties(phone: Caller) -> list[tuple[str, str, str | None]]:
    return [(one["date"], one["peak"], one["answer"]) for one in phone.get("/api/me/duties").json["items"]]


def told(store: Store, purpose: str) -> list[Any]:
    with store.read() as connection:
        query = select(message).where(message.c.purpose == purpose).order_by(message.c.id)
        return list(connection.execute(query).all())


def test_two_duties_change_hands_once_the_school_agrees_and_each_is_told_once(
    desk: Caller, pair: tuple[Caller, Caller], district: SmallDistrict, app_store: Store
) -> None:
    one, other = pair
    post, before = district.posts[0], len(told(app_store, "duty_change"))
    number = offers(one, post).json["id"]
    assert code(offers(one, post)) == (409, "swap_offered")
    [offered] = mine(other)["items"]
    assert (offered["mine"], offered["for_nothing"], offered["name"]) == ("open", True, None)
    assert takes(other, number, {"post_id": post, **GIVEN}).json == {"id": number, "state": "taken"}
    assert duties(one) == [(TUESDAY, MORNING_PEAK, None)], "until it is agreed it stays his"
    assert [(row["mine"], row["state"], row["name"]) for row in mine(one)["items"]] == [
        ("offers", "taken", "测试14")
    ]
    assert [(row["mine"], row["name"]) for row in mine(other)["items"]] == [("takes", "测试13")]
    [waiting] = desk.get("/api/roster/swaps").json["items"]
    assert (waiting["name"], waiting["taker"], waiting["in_return"]["date"]) == (
        "测试13",
        "测试14",
        WEDNESDAY,
    )
    tap = {"request_id": "00000000-0000-4000-8000-000000000007"}
    assert decides(desk, number, True, **tap).json["state"] == "agreed"
    assert decides(desk, number, True, **tap).json["state"] == "agreed", "a press that came twice"
    assert duties(one) == [(WEDNESDAY, AFTERNOON_PEAK, "coming")]
    assert duties(other) == [(TUESDAY, MORNING_PEAK, "coming")]
    shown = seat(week(desk, THIS), TUESDAY, "security")
    assert (shown["published_id"], shown["account_id"], shown["source"]) == (
        other.account_id,
        other.account_id,
        "swap",
    )
    news = told(app_store, "duty_change")[before:]
    assert sorted(row.account_id for row in news) == sorted([one.account_id, other.account_id])
    assert [[len(json.loads(row.body)[what]) for what in ("given", "taken")] for row in news] == [[1, 1]] * 2
    assert (mine(one)["items"], desk.get("/api/roster/swaps").json["items"]) == ([], [])
    with app_store.read() as connection:
        acts = connection.execute(select(audit_row.c.act).where(audit_row.c.act == "agree_swap")).scalars()
        assert list(acts) == ["agree_swap"]


def test_what_was_taken_is_un_taken_refused_or_withdrawn_and_nothing_moves(
    desk: Caller, pair: tuple[Caller, Caller], district: SmallDistrict, app_store: Store
) -> None:
    one, other = pair
    number = offers(one, district.posts[0]).json["id"]
    assert code(leaves(other, number)) == (404, "not_found")
    assert takes(other, number).status_code == 200
    assert leaves(other, number).json["state"] == "open"
    assert [row.account_id for row in told(app_store, "swap_off")] == [one.account_id]
    assert takes(other, number).status_code == 200
    assert decides(desk, number, False).json["state"] == "refused"
    assert sorted(row.account_id for row in told(app_store, "swap_off")[1:]) == sorted(
        [one.account_id, other.account_id]
    )
    assert code(decides(desk, number, True)) == (409, "swap_over")
    again = offers(one, district.posts[0]).json["id"]
    assert leaves(one, again).json["state"] == "withdrawn"
    assert code(takes(other, again)) == (409, "swap_over")
    assert (duties(one), len(told(app_store, "swap_off"))) == ([(TUESDAY, MORNING_PEAK, None)], 3)


def test_by_rule_it_stands_at_once(
    app: Flask, desk: Caller, pair: tuple[Caller, Caller], district: SmallDistrict
) -> None:
    one, other = pair
    here = app.extensions["huxue"]
    app.extensions["huxue"] = replace(here, limits=here.limits.but(SwapLimits(by_rule=True)))
    number = offers(one, district.posts[0]).json["id"]
    assert takes(other, number).json["state"] == "agreed"
    assert duties(one) == []
    assert (TUESDAY, MORNING_PEAK, "coming") in duties(other)


def test_each_step_looks_again_at_what_speaks_against_somebody(
    desk: Caller,
    pair: tuple[Caller, Caller],
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    clock: WoundClock,
) -> None:
    one, other = pair
    post = district.posts[0]
    number = offers(one, post).json["id"]
    teacher = caller(district.guards[0][STAFF_1])
    assert mine(teacher)["items"] == [], "another group"
    assert code(takes(teacher, number)) == (409, "cannot_take")
    away = {"first_day": TUESDAY, "last_day": TUESDAY, "kind": "ill"}
    gone = other.post("/api/me/absences", away).json["id"]
    assert (mine(other)["items"], code(takes(other, number))) == ([], (409, "cannot_take"))
    other.post(f"/api/me/absences/{gone}/withdrawal", {})
    assert takes(other, number, {"post_id": post, **GIVEN}).status_code == 200
    gone = one.post("/api/me/absences", {**away, "first_day": WEDNESDAY, "last_day": WEDNESDAY}).json["id"]
    assert code(decides(desk, number, True)) == (409, "other_cannot_take")
    one.post(f"/api/me/absences/{gone}/withdrawal", {})
    suspend(app_store, other.account_id or 0, clock.now())
    assert code(decides(desk, number, True)) == (409, "cannot_take")
    assert duties(one) == [(TUESDAY, MORNING_PEAK, None)]


def test_two_at_once_and_too_many_are_refused(
    desk: Caller, pair: tuple[Caller, Caller], district: SmallDistrict, app: Flask
) -> None:
    one, other = pair
    post = district.posts[0]
    both = {"post_id": post, "date": TUESDAY, "peak": MORNING_PEAK}
    assert planned(desk, edit(post, TUESDAY, "security", other.account_id, number=2)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    number = offers(one, post).json["id"]
    assert code(takes(other, number)) == (409, "cannot_take")
    assert code(takes(other, number, {**both, "peak": AFTERNOON_PEAK})) == (409, "swap_over"), "not his"


def test_of_two_who_take_at_once_one_gets_it(
    app: Flask,
    pair: tuple[Caller, Caller],
    district: SmallDistrict,
    caller: SignIn,
    app_store: Store,
    clock: WoundClock,
) -> None:
    one, other = pair
    number = offers(one, district.posts[0]).json["id"]
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == district.guards[0][STAFF_1]
        transaction.connection.execute(update(account).where(his).values(category="security"))
    third = caller(district.guards[0][STAFF_1])
    found: list[tuple[int, str | None]] = []

    def tap(phone: Caller) -> None:
        answer = takes(phone, number)
        found.append((answer.status_code, answer.json.get("code")))

    tasks = [Thread(target=tap, args=(phone,)) for phone in (other, third)]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join()
    assert sorted(found, key=str) == [(200, None), (409, "swap_taken")]


def test_after_the_deadline_nothing_is_made_any_more_and_both_are_told_once(
    desk: Caller,
    pair: tuple[Caller, Caller],
    district: SmallDistrict,
    app_store: Store,
    limits: Limits,
    clock: WoundClock,
) -> None:
    one, other = pair
    number = offers(one, district.posts[0]).json["id"]
    assert takes(other, number).status_code == 200
    clock.set(START - timedelta(hours=2))
    late = (409, "too_late_to_swap")
    assert (code(decides(desk, number, True)), mine(one)["items"]) == (late, [])
    for _look in range(2):
        rows = RowRetry("swaps")
        end_late(app_store, limits, clock.now(), rows)
        assert not rows.failures
    assert sorted(row.account_id for row in told(app_store, "swap_off")) == sorted(
        [one.account_id, other.account_id]
    )
    assert code(offers(one, district.posts[0])) == late
    assert duties(one) == [(TUESDAY, MORNING_PEAK, None)]


def test_a_draft_of_somebody_else_stands_and_a_school_decides_only_about_its_own(
    desk: Caller, pair: tuple[Caller, Caller], caller: SignIn, district: SmallDistrict
) -> None:
    one, other = pair
    post = district.posts[0]
    number = offers(one, post).json["id"]
    assert takes(other, number).status_code == 200
    officer = caller(district.consoles["station_officer"])
    assert code(decides(officer, number, True)) == (403, "not_your_role"), "the school plans security guards"
    found = officer.get("/api/roster/swaps", school_id=district.schools[0])
    assert found.json["items"] == []
    assert planned(desk, edit(post, TUESDAY, "security", None, version=1)).status_code == 200
    assert code(decides(desk, number, True)) == (409, "swap_over")
