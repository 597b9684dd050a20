"""What somebody answers about a duty of his, until when, and who sees it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.calendar.tables import duty_answer
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.people.tables import account
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import STAFF_1, put_on_duty
from tests.tools.plans import edit, planned, published, seat, week
from tests.tools.reminders import EVENING, START, THIS, TUESDAY, Reminders, on_tuesday, says

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["school_admin"])


@pytest.fixture
def limits(app: Flask) -> Limits:
    found: Limits = app.extensions["huxue"].limits
    return found


@pytest.fixture
def reminders(app_store: Store, limits: Limits, clock: WoundClock) -> Reminders:
    return Reminders(app_store, limits, clock)


def test_an_answer_is_kept_and_changed_until_the_peak_begins_and_the_school_sees_it(
    desk: Caller, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    post, me = district.posts[0], district.guards[0][STAFF_1]
    on_tuesday(desk, district, me)
    phone = caller(me)
    [duty] = phone.get("/api/me/duties").json["items"]  # type: ignore[index]
    assert (duty["answer"], duty["answered_at"]) == (None, None)
    assert says(phone, post, "coming").status_code == 200
    clock.wind(minutes=5)
    answer = says(phone, post, "cannot")
    assert answer.json["answered_at"] == "2026-11-22T23:20:00.000Z"
    [duty] = phone.get("/api/me/duties").json["items"]  # type: ignore[index]
    assert (duty["answer"], duty["answered_at"]) == ("cannot", answer.json["answered_at"])
    shown = seat(week(desk, THIS), TUESDAY, "staff")
    assert (shown["answer"], shown["answered_at"]) == ("cannot", answer.json["answered_at"])
    assert shown["published_id"] == me, "it stays his until somebody else has it"
    clock.set(datetime(2026, 11, 23, 23, 19, 59, tzinfo=UTC))
    assert says(phone, post, "coming").status_code == 200
    clock.set(START)
    assert code(says(phone, post, "cannot")) == (409, "duty_begun")


def test_nobody_answers_for_another_nor_about_a_duty_that_he_has_no_more(
    desk: Caller, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    post, (me, other) = district.posts[0], district.guards[0][:2]
    on_tuesday(desk, district, me)
    phone = caller(me)
    assert code(says(caller(other), post, "coming")) == (404, "not_found")
    assert code(says(phone, district.posts[1], "coming")) == (404, "not_found"), "another school's post"
    assert code(says(phone, post, "coming", on="2026-11-25")) == (404, "not_found")
    request = "00000000-0000-4000-8000-000000000001"
    assert says(phone, post, "coming", request_id=request).status_code == 200
    assert planned(desk, edit(post, TUESDAY, "staff", None, version=1)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    assert says(phone, post, "coming", request_id=request).status_code == 200, "the same tap, once more"
    assert code(says(phone, post, "coming")) == (404, "not_found")
    assert planned(desk, edit(post, TUESDAY, "staff", me, version=2)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    assert seat(week(desk, THIS), TUESDAY, "staff")["answer"] is None, "he is asked anew"
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == me
        transaction.connection.execute(update(account).where(his).values(status="suspended"))
    assert code(says(phone, post, "coming")) == (403, "suspended")


def test_who_cannot_come_is_reminded_no_more_and_who_changes_his_seat_alone_keeps_his_answer(
    desk: Caller, caller: SignIn, district: SmallDistrict, reminders: Reminders
) -> None:
    post, (me, other) = district.posts[0], district.guards[0][:2]
    on_tuesday(desk, district, me, other)
    assert says(caller(me), post, "cannot").status_code == 200
    swapped = (
        edit(post, TUESDAY, "staff", other, version=1),
        edit(post, TUESDAY, "staff", me, number=2, version=1),
    )
    assert planned(desk, *swapped).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    assert seat(week(desk, THIS), TUESDAY, "staff", 2)["answer"] == "cannot"
    assert [row.account_id for row in reminders.at(EVENING)] == [other]


def test_an_absence_takes_the_answer_along(
    desk: Caller, caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    post, me = district.posts[0], district.guards[0][STAFF_1]
    on_tuesday(desk, district, me)
    phone = caller(me)
    assert says(phone, post, "cannot").status_code == 200
    away = {"first_day": TUESDAY, "last_day": TUESDAY, "kind": "ill"}
    assert phone.post("/api/me/absences", away).json["seats"] == 1  # type: ignore[index]
    with app_store.read() as connection:
        assert connection.execute(select(duty_answer)).all() == []


def test_the_leader_at_the_gate_sees_what_those_said_who_are_not_here_yet(
    desk: Caller, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    post, (leader, other) = district.posts[0], district.guards[0][:2]
    on_tuesday(desk, district, leader, other)
    assert says(caller(other), post, "cannot").status_code == 200
    clock.set(datetime(2026, 11, 23, 23, 10, tzinfo=UTC))
    put_on_duty(app_store, district, post=0, seats=[STAFF_1], now=clock.now())
    found = caller(leader).get("/api/duty/expected").json["items"]  # type: ignore[index]
    assert {one["account_id"]: (one["where"], one["answer"]) for one in found} == {
        leader: ("here", None),
        other: ("missing", "cannot"),
    }
