"""For each group of a post's no-shows three people at most are proposed: qualified, free and near."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from server.calendar.tables import published_duty, roster
from server.core.database.transaction import Store
from server.duty.tables import check_in
from server.people.tables import account
from server.people.tables.absences import absence
from server.roster.rules.call_ins import MOST_PROPOSED, Proposal, proposed
from tests.duty.test_telephones import looks
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, SECURITY_2, STAFF_1, STAFF_2, duty_row, put_on_duty

SignIn = Callable[[int | None], Caller]
MONDAY = date(2026, 11, 23)
people = st.builds(
    Proposal,
    account_id=st.integers(1, 50),
    name=st.just(""),
    category=st.just("security"),
    distance_m=st.none() | st.floats(0, 9_000),
    duties=st.integers(0, 9),
)


@given(rows=st.lists(people, max_size=8, unique_by=lambda one: one.account_id))
def test_three_at_most_are_proposed_in_an_order_of_their_own(rows: list[Proposal]) -> None:
    chosen = proposed(rows)
    assert chosen == proposed(rows[::-1])
    assert len(chosen) == min(len(rows), MOST_PROPOSED)
    unknown = [one.distance_m is None for one in chosen]
    assert unknown == sorted(unknown), "who stood nowhere comes last"


@pytest.fixture
def late(district: SmallDistrict, app_store: Store, clock: WoundClock) -> SmallDistrict:
    """Give the district six minutes after the start: of the first post one guard and an officer did not come.

    Its other people have no duty that morning: they are published for nothing, and on no list.
    """
    now = clock.now()
    planned = {STAFF_1: "staff", SECURITY_1: "security", POLICE: "police"}
    with app_store.transaction(now) as transaction:
        connection = transaction.connection
        connection.execute(update(roster).values(weekdays=0))
        seat = {"post_id": district.posts[0], "date": MONDAY, "peak": "morning_arrival", "seat": 1}
        for number, group in planned.items():
            own = {"account_id": district.guards[0][number], "seat_group": group, "published_at": now}
            connection.execute(insert(published_duty).values({**seat, **own}))
    put_on_duty(app_store, district, post=0, seats=[STAFF_1], now=now + timedelta(minutes=5))
    clock.wind(minutes=11)
    return district


def found(desk: Caller, post_id: int) -> dict[str, Any]:
    """Give the proposals of a post by group."""
    answer = desk.get(f"/api/posts/{post_id}/call-ins")
    assert answer.status_code == 200, answer.json
    return {one["group"]: one for one in answer.json["groups"]}


def names(group: dict[str, Any]) -> list[str]:
    return [one["name"] for one in group["people"]]


def test_who_is_free_and_of_the_group_is_proposed(late: SmallDistrict, caller: SignIn) -> None:
    district = found(caller(late.consoles["district_admin"]), late.posts[0])
    assert {name: one["missed"] for name, one in district.items()} == {"security": 1, "police": 1}
    assert names(district["security"]) == ["测试14"]
    assert names(district["police"]) == ["测试27"], "of the same station"


def test_a_school_calls_in_its_own_and_a_station_police(late: SmallDistrict, caller: SignIn) -> None:
    assert list(found(caller(late.consoles["school_admin"]), late.posts[0])) == ["security"]
    assert list(found(caller(late.consoles["station_officer"]), late.posts[0])) == ["police"]
    other = caller(late.consoles["school_admin"]).get(f"/api/posts/{late.posts[1]}/call-ins")
    assert code(other) == (404, "not_found")


@pytest.mark.parametrize("why", ["away", "on duty", "listed", "suspended", "planned"])
def test_who_is_not_free_is_not_proposed(
    late: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock, why: str
) -> None:
    one, now = late.guards[0][SECURITY_2], clock.now()
    with app_store.transaction(now) as transaction:
        connection = transaction.connection
        if why == "away":
            days = {"first_day": MONDAY, "last_day": MONDAY, "kind": "ill", "entered_at": now}
            connection.execute(insert(absence).values(account_id=one, **days))
        elif why == "on duty":
            connection.execute(insert(check_in).values(duty_row(late, post=0, seat=SECURITY_2, now=now)))
            connection.execute(update(check_in).values(post_id=late.posts[2]))
        elif why == "listed":
            connection.execute(update(roster).where(roster.c.account_id == one).values(weekdays=127))
            connection.execute(update(roster).where(roster.c.account_id == one).values(post_id=late.posts[2]))
        elif why == "suspended":
            connection.execute(update(account).where(account.c.id == one).values(status="suspended"))
        else:
            seat = {"post_id": late.posts[1], "date": MONDAY, "peak": "morning_arrival", "seat": 1}
            own = {"account_id": one, "seat_group": "security", "published_at": now}
            connection.execute(insert(published_duty).values({**seat, **own}))
    shown = found(caller(late.consoles["district_admin"]), late.posts[0])
    assert shown["security"]["missed"] == 1
    assert names(shown["security"]) == []


def test_before_the_grace_is_over_nobody_is_a_no_show(
    late: SmallDistrict, caller: SignIn, clock: WoundClock
) -> None:
    clock.wind(minutes=-3)
    assert found(caller(late.consoles["district_admin"]), late.posts[0]) == {}


def test_a_leader_calls_in_with_a_press_that_is_recorded_and_shown(
    late: SmallDistrict, caller: SignIn, app_store: Store
) -> None:
    leader, free = caller(late.guards[0][STAFF_1]), late.guards[0][SECURITY_2]
    shown = found(leader, late.posts[0])
    assert {name: names(one) for name, one in shown.items()} == {"security": ["测试14"]}
    path = f"/api/posts/{late.posts[0]}/call-ins/telephone"
    answer = leader.post(path, {"account_id": free})
    assert answer.json["telephone"].startswith("199")
    assert looks(app_store) == [(leader.account_id, free, {"reason": "call_in"})]
    [mine] = caller(free).get("/api/me/looks").json["items"]
    assert (mine["act"], mine["reason"]) == ("see_telephone", "call_in")
    assert code(leader.post(path, {"account_id": late.guards[0][STAFF_2]})) == (409, "not_proposed")
    assert code(leader.post(path, {"account_id": late.guards[0][POLICE]})) == (409, "not_proposed")


def test_nobody_else_at_the_post_calls_in(late: SmallDistrict, caller: SignIn) -> None:
    guard = caller(late.guards[0][STAFF_2])
    assert code(guard.get(f"/api/posts/{late.posts[0]}/call-ins")) == (403, "not_leading")
    leader = caller(late.guards[0][STAFF_1])
    assert code(leader.get(f"/api/posts/{late.posts[1]}/call-ins")) == (403, "not_leading")


def test_who_was_called_in_counts_for_the_post_and_is_proposed_no_more(
    late: SmallDistrict, caller: SignIn, app_store: Store, clock: WoundClock
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        row = duty_row(late, post=0, seat=SECURITY_2, now=clock.now())
        transaction.connection.execute(insert(check_in).values({**row, "peak": "morning_arrival"}))
    shown = found(caller(late.consoles["district_admin"]), late.posts[0])
    assert (shown["security"]["missed"], names(shown["security"])) == (1, []), "the no-show stays"
