"""One press reminds everybody who is expected at a post and has not come, once in five minutes, and nobody else."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from server.calendar.queries import answers
from server.calendar.queries.answers import Answer, DutyKey
from server.calendar.tables import published_duty, roster
from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.delivery.tables import message, push_subscription
from server.duty.tables import check_in
from server.people.tables import account
from server.people.tables.absences import absence
from server.roster.rules.nudges import NudgeLimits, again_at
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import (
    POLICE,
    SECURITY_1,
    SECURITY_2,
    STAFF_1,
    STAFF_2,
    VOLUNTEER_1,
    VOLUNTEER_2,
    duty_row,
    put_on_duty,
    suspend,
)

SignIn = Callable[[int | None], Caller]
MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@given(seconds=st.integers(-600, 900))
def test_nobody_is_reminded_twice_in_five_minutes(seconds: int) -> None:
    until = again_at(NOON, NOON + timedelta(seconds=seconds), NudgeLimits())
    assert (until is None) is not (0 <= seconds < 300)


@pytest.fixture
def begun(district: SmallDistrict, app_store: Store, clock: WoundClock) -> SmallDistrict:
    """Give the district two minutes after the start: of the first post's seven its leader alone is there."""
    put_on_duty(app_store, district, post=0, seats=[STAFF_1], now=clock.now() + timedelta(minutes=5))
    clock.wind(minutes=7)
    return district


def told(store: Store) -> list[Any]:
    """Give the reminders, the oldest first."""
    with store.read() as connection:
        query = select(message).where(message.c.purpose == "duty_nudge").order_by(message.c.id)
        return list(connection.execute(query).all())


def woken(store: Store, account_id: int, now: datetime, *, browsers: int = 1) -> None:
    """Let somebody have browsers that are woken."""
    with store.transaction(now) as transaction:
        for number in range(browsers):
            endpoint = f"https://push.example/{account_id}/{number}"
            row = {"account_id": account_id, "endpoint_hash": endpoint, "endpoint": endpoint, "failures": 0}
            keys = {"p256dh": "k", "auth": "a", "created_at": now}
            transaction.connection.execute(insert(push_subscription).values(**row, **keys))


def path(district: SmallDistrict, post: int = 0) -> str:
    return f"/api/posts/{district.posts[post]}/nudge"


def test_everybody_missing_gets_one_message_and_the_page_says_by_what(
    begun: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    guards = begun.guards[0]
    woken(app_store, guards[STAFF_2], clock.now(), browsers=2)
    leader = caller(guards[STAFF_1])
    assert leader.get(path(begun)).json == {"missing": 6, "excused": 0, "again_at": None, "last": None}
    answer = leader.post(path(begun))
    assert answer.status_code == 200, answer.json
    assert answer.json["last"] | {"at": ""} == {
        "at": "",
        "role": "guard",
        "missing": 6,
        "pushed": 1,
        "texted": 5,
    }
    rows = told(app_store)
    assert sorted(row.account_id for row in rows) == sorted([*guards[1:], guards[STAFF_2]])
    assert {row.account_id: row.channel for row in rows}[guards[STAFF_2]] == "push"
    assert json.loads(rows[0].body) == {"place": "青禾第1小学 南门", "starts": "07:20", "page": "/"}
    assert {row.expires_at for row in rows} == {datetime.fromisoformat("2026-11-23T08:00+08:00")}
    with app_store.read() as connection:
        [row] = connection.execute(select(audit_row).where(audit_row.c.act == "nudge")).all()
    assert row.actor_id == leader.account_id
    assert row.facts == {
        "post_id": begun.posts[0],
        "peak": "morning_arrival",
        "missing": 6,
        "pushed": 1,
        "texted": 5,
    }


def test_a_second_press_waits_whoever_presses_and_a_retry_sends_nothing(
    begun: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    leader, school = caller(begun.guards[0][STAFF_1]), caller(begun.consoles["school_admin"])
    first = leader.post(path(begun), {"request_id": "11111111-1111-4111-8111-111111111111"})
    clock.wind(minutes=4)
    again = leader.post(path(begun), {"request_id": "11111111-1111-4111-8111-111111111111"})
    assert again.json == first.json
    for one in (leader, school):
        assert code(one.post(path(begun))) == (409, "nudged_already")
    shown = school.get(path(begun)).json
    assert datetime.fromisoformat(shown["again_at"]) == clock.now() + timedelta(minutes=1)
    assert len(told(app_store)) == 6
    clock.wind(minutes=1)
    assert school.post(path(begun)).json["last"]["role"] == "school_admin"
    assert len(told(app_store)) == 12


@pytest.mark.parametrize("why", ["away", "suspended", "pending", "cannot", "elsewhere", "here", "left"])
def test_who_is_excused_or_came_is_left_in_peace(
    begun: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock, why: str
) -> None:
    one, now = begun.guards[0][SECURITY_1], clock.now()
    if why == "away":
        with app_store.transaction(now) as transaction:
            days = {"first_day": MONDAY, "last_day": MONDAY, "kind": "ill", "entered_at": now}
            transaction.connection.execute(insert(absence).values(account_id=one, **days))
    elif why == "suspended":
        suspend(app_store, one, now)
    elif why == "pending":
        with app_store.transaction(now) as transaction:
            his = update(account).where(account.c.id == one)
            transaction.connection.execute(his.values(status="pending"))
    elif why == "cannot":
        with app_store.transaction(now) as transaction:
            duty = DutyKey(one, begun.posts[0], MONDAY, "morning_arrival")
            answers.put(transaction.connection, duty, Answer.CANNOT, now)
    else:
        with app_store.transaction(now) as transaction:
            row = duty_row(begun, post=0, seat=SECURITY_1, now=now, verified=False)
            changed = {"elsewhere": {"post_id": begun.posts[2]}, "left": {"checked_out_at": now}}
            transaction.connection.execute(insert(check_in).values({**row, **changed.get(why, {})}))
    answer = caller(begun.consoles["dispatcher"]).post(path(begun)).json
    assert (answer["missing"], answer["excused"]) == (
        5,
        int(why in {"away", "suspended", "pending", "cannot"}),
    )
    assert one not in {row.account_id for row in told(app_store)}


def test_a_withdrawn_absence_excuses_nobody(
    begun: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    one, now = begun.guards[0][SECURITY_1], clock.now()
    with app_store.transaction(now) as transaction:
        days = {"first_day": MONDAY, "last_day": MONDAY, "kind": "ill", "entered_at": now}
        values = {"account_id": one, "withdrawn_at": now, **days}
        transaction.connection.execute(insert(absence).values(**values))
    assert caller(begun.consoles["dispatcher"]).post(path(begun)).json["missing"] == 6
    assert one in {row.account_id for row in told(app_store)}


def test_who_has_no_account_yet_is_counted_and_cannot_be_reminded(
    begun: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    of_post = roster.c.post_id == begun.posts[0]
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        connection.execute(
            update(roster)
            .where(of_post, roster.c.account_id != begun.guards[0][STAFF_1])
            .values(account_id=None)
        )
    answer = caller(begun.consoles["school_admin"]).post(path(begun)).json
    last = answer["last"]
    assert (answer["missing"], last["pushed"], last["texted"]) == (6, 0, 0)
    assert told(app_store) == []


def test_a_published_plan_says_who_is_expected(
    begun: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        seat = {"post_id": begun.posts[0], "date": MONDAY, "peak": "morning_arrival", "seat": 1}
        for number, group in ((STAFF_1, "staff"), (VOLUNTEER_1, "volunteer")):
            own = {"account_id": begun.guards[0][number], "seat_group": group, "published_at": clock.now()}
            transaction.connection.execute(insert(published_duty).values({**seat, **own}))
    assert caller(begun.consoles["school_admin"]).post(path(begun)).json["missing"] == 1
    assert [row.account_id for row in told(app_store)] == [begun.guards[0][VOLUNTEER_1]]


@pytest.mark.parametrize("minutes", [-5, 60], ids=["before the start", "after the end"])
def test_before_the_start_and_after_the_end_nobody_is_missing(
    begun: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock, minutes: int
) -> None:
    desk = caller(begun.consoles["school_admin"])
    clock.wind(minutes=minutes)
    assert desk.get(path(begun)).json["missing"] == 0
    assert code(desk.post(path(begun))) == (409, "nobody_missing")
    assert told(app_store) == []


def test_nobody_reminds_at_a_post_that_is_not_his(
    begun: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    put_on_duty(app_store, begun, post=1, seats=[STAFF_1], now=clock.now())
    put_on_duty(app_store, begun, post=0, seats=[SECURITY_2], now=clock.now())
    put_on_duty(app_store, begun, post=2, seats=[STAFF_1], now=clock.now(), verified=False)
    of_other_post, no_leader = caller(begun.guards[1][STAFF_1]), caller(begun.guards[0][SECURITY_2])
    unconfirmed = caller(begun.guards[2][STAFF_1])
    for one, post in ((of_other_post, 0), (no_leader, 0), (unconfirmed, 2)):
        assert code(one.get(path(begun, post))) == (403, "not_leading")
        assert code(one.post(path(begun, post))) == (403, "not_leading")
    school = caller(begun.consoles["school_admin"])
    assert code(school.post(path(begun, 1))) == (404, "not_found")
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == begun.guards[1][STAFF_1]
        transaction.connection.execute(update(account).where(his).values(status="suspended"))
    assert code(of_other_post.post(path(begun, 1))) == (403, "suspended")
    assert told(app_store) == []


def test_police_and_volunteers_are_reminded_like_all_others(
    begun: SmallDistrict, caller: SignIn, app_store: Store
) -> None:
    assert caller(begun.consoles["station_officer"]).post(path(begun)).status_code == 200
    reminded = {row.account_id for row in told(app_store)}
    assert {begun.guards[0][seat] for seat in (POLICE, VOLUNTEER_2)} <= reminded
