"""An account that nobody uses: its notice, its closing, coming back before and after, and clocks that jump."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from server.calendar.queries import rosters
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.duty.tables import check_in
from server.people.jobs.unused import ACTS_AT_ONCE, UnusedAccounts
from server.people.rules.unused import UnusedLimits
from server.people.tables import account, session
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import VOLUNTEER_1, put_on_duty
from tests.tools.unused import Watched, away, round_of

SignIn = Callable[[int | None], Caller]
NUMBER = "19900006655"
DAY = timedelta(days=1)


@pytest.fixture
def watched(app: Flask, app_store: Store, clock: WoundClock, district: SmallDistrict) -> Watched:
    """Look for the first time: what is known of no account counts from now."""
    made = Watched(app_store, clock, app.extensions["huxue"].limits)
    made.look()
    return made


def test_nobody_is_closed_in_the_first_months_of_counting(watched: Watched, clock: WoundClock) -> None:
    watched.days(334)
    assert watched.acts("account.unused_notice") == 0
    watched.days(2)
    assert watched.acts("account.unused_notice") > 0
    assert watched.closed() == set()


def test_a_notice_goes_once_and_the_account_closes_thirty_days_later(
    app: Flask, watched: Watched, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    guard = district.guards[0][VOLUNTEER_1]
    watched.days(8)
    away(watched, 340)
    watched.days(1)
    assert len(watched.messages(guard)) == 1
    assert (watched.use_of(guard).closes_at - clock.now()).days == 30
    me = caller(guard)
    assert me.get("/api/me").json["account"]["closes_at"] is not None
    with watched.store.transaction(clock.now()) as transaction:
        transaction.connection.execute(session.delete())
    watched.days(29)
    assert len(watched.messages(guard)) == 1
    assert watched.closed() == set()
    watched.days(1)
    assert guard in watched.closed()
    assert watched.statuses()[guard] == "suspended"
    assert watched.acts("account.unused_closed") == len(watched.closed())
    with watched.store.read() as connection:
        assert rosters.of_account(connection, guard, clock.now()) == []


def test_looking_twice_or_by_two_workers_changes_nothing(
    watched: Watched, district: SmallDistrict, clock: WoundClock
) -> None:
    watched.days(8)
    away(watched, 340)
    guard = district.guards[0][VOLUNTEER_1]
    for _worker in range(2):
        watched.look()
    assert len(watched.messages(guard)) == 1
    watched.days(30)
    rows = watched.acts("account.unused_closed")
    watched.look()
    assert watched.acts("account.unused_closed") == rows


@pytest.mark.parametrize("by", ["sign_in", "duty", "press"])
def test_coming_back_undoes_the_notice(
    app: Flask, watched: Watched, district: SmallDistrict, clock: WoundClock, caller: SignIn, by: str
) -> None:
    guard = district.guards[0][VOLUNTEER_1]
    watched.days(8)
    away(watched, 340)
    watched.days(20)
    if by == "sign_in":
        caller(guard)
        watched.look()
    elif by == "duty":
        put_on_duty(watched.store, district, post=0, seats=[VOLUNTEER_1], now=clock.now())
        watched.look()
    else:
        assert caller(guard).post("/api/me/use").json == {"kept": True}
    assert watched.use_of(guard).closes_at is None
    watched.days(12)
    assert guard not in watched.closed()


def test_a_server_that_was_off_for_a_year_closes_nobody_without_a_new_notice(
    watched: Watched, district: SmallDistrict, clock: WoundClock
) -> None:
    guard = district.guards[0][VOLUNTEER_1]
    watched.days(8)
    away(watched, 340)
    watched.days(5)
    clock.wind(minutes=365 * 24 * 60)
    watched.look()
    assert watched.closed() == set()
    assert watched.use_of(guard).notice_at is None, "the notice of before is void: nobody could come"
    watched.days(6)
    assert len(watched.messages(guard)) == 1, "a week for those who could not come"
    watched.days(1)
    assert len(watched.messages(guard)) == 2
    watched.days(29)
    assert watched.closed() == set()
    watched.days(1)
    assert guard in watched.closed()


@pytest.mark.parametrize("jump", [400, -400])
def test_a_clock_that_jumps_there_and_back_gives_no_notice(
    watched: Watched, district: SmallDistrict, clock: WoundClock, jump: int
) -> None:
    watched.days(8)
    clock.wind(minutes=jump * 24 * 60)
    watched.look()
    clock.wind(minutes=60)
    watched.look()
    clock.wind(minutes=-jump * 24 * 60)
    watched.look()
    watched.days(30)
    assert watched.acts("account.unused_notice") == 0
    assert watched.closed() == set()


def test_the_last_district_administrator_and_the_last_auditor_stay(
    watched: Watched, district: SmallDistrict, clock: WoundClock
) -> None:
    with watched.store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            insert(account).values(
                district_id=district.district_id,
                username="second",
                name="第二管理员",
                role="district_admin",
                status="approved",
                registered_at=clock.now(),
            )
        )
    watched.days(8)
    away(watched, 340)
    watched.days(40)
    with watched.store.read() as connection:
        rows = connection.execute(
            select(account.c.role, account.c.status).where(account.c.role != "guard")
        ).all()
    of = {role: sorted(row.status for row in rows if row.role == role) for role in {row.role for row in rows}}
    assert of["district_admin"] == ["approved", "suspended"]
    assert of["auditor"] == ["approved"]
    assert of["dispatcher"] == ["suspended"]


def test_one_who_was_not_let_in_yet_is_no_other_administrator(
    watched: Watched, district: SmallDistrict, clock: WoundClock
) -> None:
    with watched.store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            insert(account).values(
                district_id=district.district_id,
                username="waits",
                name="还没准许",
                role="district_admin",
                status="pending",
                registered_at=clock.now(),
            )
        )
    watched.days(8)
    away(watched, 340)
    watched.days(40)
    assert watched.statuses()[district.consoles["district_admin"]] == "approved"


def test_who_is_on_duty_or_in_an_alarm_is_not_touched(
    watched: Watched, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    guard = district.guards[0][VOLUNTEER_1]
    watched.days(8)
    away(watched, 340)
    watched.days(5)
    put_on_duty(watched.store, district, post=0, seats=[VOLUNTEER_1], now=clock.now() - timedelta(days=341))
    watched.days(40)
    assert guard not in watched.closed()
    with watched.store.transaction(clock.now()) as transaction:
        transaction.connection.execute(update(check_in).values(checked_out_at=clock.now()))
    watched.days(1)
    assert guard in watched.closed()


def test_a_piece_is_small_and_a_round_comes_once_an_hour(
    watched: Watched, district: SmallDistrict, clock: WoundClock
) -> None:
    watched.days(8)
    away(watched, 340)
    unused, rows = UnusedAccounts(watched.store, watched.limits), RowRetry("unused")
    assert unused.work(clock.now(), rows)
    assert watched.acts("account.unused_notice") == ACTS_AT_ONCE
    pieces = 1
    while unused.work(clock.now(), rows):
        pieces += 1
    assert pieces > 2
    away(watched, 340)
    clock.wind(minutes=59)
    assert not unused.work(clock.now(), rows)
    clock.wind(minutes=1)
    assert unused.work(clock.now(), rows)


def test_without_months_nothing_ever_closes(watched: Watched, clock: WoundClock) -> None:
    watched.days(8)
    away(watched, 3000)
    limits = watched.limits.but(UnusedLimits(months=0))
    for _day in range(40):
        clock.wind(minutes=24 * 60)
        round_of(watched.store, limits, clock)
    assert watched.acts("account.unused_notice") == 0
