"""A duty leader sees who is expected at the post, where each of them is, and rings up who is missing."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from server.calendar.tables import roster
from server.core.database.transaction import Store
from server.duty.rules.expected import Came, Whereabouts, whereabouts
from server.duty.tables import check_in
from tests.duty.test_telephones import looks
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
    put_on_duty,
)

SignIn = Callable[[int | None], Caller]
MONDAY = date(2026, 11, 23)
came = st.builds(
    Came,
    post_id=st.sampled_from((1, 2)),
    peak=st.sampled_from(("morning_arrival", "afternoon_dismissal")),
    date=st.sampled_from((MONDAY, MONDAY - timedelta(days=1))),
    verified=st.booleans(),
    is_open=st.booleans(),
)


@given(rows=st.lists(came, max_size=4), started=st.booleans())
def test_whereabouts_depend_on_no_order_and_nobody_is_missing_who_came_or_before_the_start(
    rows: list[Came], started: bool
) -> None:
    def told(some: list[Came]) -> Whereabouts:
        return whereabouts(some, post_id=1, peak="morning_arrival", on=MONDAY, started=started)

    assert told(rows) == told(rows[::-1])
    here = [one for one in rows if (one.post_id, one.peak, one.date) == (1, "morning_arrival", MONDAY)]
    if told(rows) == Whereabouts.MISSING:
        assert started and not here
    if any(one.is_open for one in here):
        assert told(rows) in (Whereabouts.HERE, Whereabouts.WAITING)


@pytest.fixture
def leader(caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock) -> Caller:
    """Give the leader of the first post on verified duty, five minutes before the peak begins there."""
    put_on_duty(app_store, district, post=0, seats=[STAFF_1, STAFF_2], now=clock.now())
    put_on_duty(app_store, district, post=0, seats=[VOLUNTEER_1], now=clock.now(), verified=False)
    put_on_duty(app_store, district, post=1, seats=[STAFF_1], now=clock.now())
    return caller(district.guards[0][STAFF_1])


def seen(leader: Caller) -> dict[str, dict[str, Any]]:
    """Give who is expected, by name."""
    answer = leader.get("/api/duty/expected")
    assert answer.status_code == 200, answer.json
    return {one["name"]: one for one in answer.json["items"]}


def test_everybody_expected_is_told_with_where_he_is(leader: Caller, clock: WoundClock) -> None:
    clock.wind(minutes=1)
    people = seen(leader)
    assert {name: one["where"] for name, one in people.items()} == {
        "测试11": "here",
        "测试12": "here",
        "测试13": "missing",
        "测试14": "missing",
        "测试15": "waiting",
        "测试16": "missing",
        "测试17": "missing",
    }
    # Officers are rung up by their station.
    assert {name for name, one in people.items() if one["may_ring"]} == {"测试13", "测试14", "测试16"}


def test_who_stands_elsewhere_or_has_left_is_not_missing_and_before_the_start_nobody_is(
    leader: Caller, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    starts = clock.now() + timedelta(minutes=5)
    with app_store.transaction(clock.now()) as transaction:
        row = check_in.c.account_id == leader.account_id
        shift = dict(transaction.connection.execute(check_in.select().where(row)).one().shift)
        shift |= {"starts_at": starts.isoformat()}
        transaction.connection.execute(update(check_in).where(row).values(shift=shift, starts_at=starts))
        left = check_in.c.account_id == district.guards[0][STAFF_2]
        transaction.connection.execute(update(check_in).where(left).values(checked_out_at=clock.now()))
    put_on_duty(app_store, district, post=0, seats=[SECURITY_1], now=clock.now())
    with app_store.transaction(clock.now()) as transaction:
        moved = check_in.c.account_id == district.guards[0][SECURITY_1]
        transaction.connection.execute(update(check_in).where(moved).values(post_id=district.posts[2]))
    before = {name: one["where"] for name, one in seen(leader).items()}
    assert (before["测试12"], before["测试13"], before["测试14"]) == ("left", "elsewhere", "due")
    clock.wind(minutes=5)
    assert seen(leader)["测试14"]["where"] == "missing"


def test_a_look_at_a_missing_person_s_number_is_recorded_once_and_shown_to_him(
    leader: Caller, app_store: Store, clock: WoundClock, district: SmallDistrict, caller: SignIn
) -> None:
    clock.wind(minutes=1)
    missing = district.guards[0][SECURITY_1]
    body = {"request_id": "4d2a6f3e-7e7a-4a9e-9d29-5a8a0f1c2b3d", "account_id": missing}
    first = leader.post("/api/duty/expected/telephone", body)
    assert (first.status_code, first.json["account_id"]) == (200, missing)
    assert first.json["telephone"].startswith("199")
    assert leader.post("/api/duty/expected/telephone", body).json == first.json
    assert looks(app_store) == [(leader.account_id, missing, {"reason": "absent"})]
    mine = caller(missing).get("/api/me/looks").json["items"]
    assert [(one["act"], one["reason"], one["role"]) for one in mine] == [
        ("see_telephone", "absent", "guard")
    ]


def test_no_other_number_is_told(
    leader: Caller, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    clock.wind(minutes=1)

    def says(account_id: int) -> tuple[int, str]:
        return code(leader.post("/api/duty/expected/telephone", {"account_id": account_id}))

    assert says(district.guards[0][STAFF_2]) == (409, "not_missing")
    assert says(district.guards[0][POLICE]) == (409, "not_missing")
    assert says(district.guards[1][SECURITY_1]) == (404, "not_found")
    assert says(district.consoles["school_admin"]) == (404, "not_found")
    assert looks(app_store) == []


@pytest.mark.parametrize("seat", [STAFF_2, SECURITY_2, VOLUNTEER_1, VOLUNTEER_2])
def test_whoever_does_not_lead_the_post_on_confirmed_duty_learns_nothing(
    leader: Caller, caller: SignIn, district: SmallDistrict, clock: WoundClock, seat: int
) -> None:
    other = caller(district.guards[0][seat])
    assert code(other.get("/api/duty/expected")) == (403, "not_leading")
    missing = {"account_id": district.guards[0][SECURITY_1]}
    assert code(other.post("/api/duty/expected/telephone", missing)) == (403, "not_leading")


def test_whoever_has_not_registered_is_expected_and_has_no_number(
    leader: Caller, app_store: Store, clock: WoundClock, district: SmallDistrict
) -> None:
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(delete(roster))
        row = {"post_id": district.posts[0], "peak": "morning_arrival", "weekdays": 31}
        named = {"name": "路人甲", "category": "volunteer", "account_id": None}
        transaction.connection.execute(insert(roster).values({**row, **named}))
    clock.wind(minutes=1)
    [one] = seen(leader).values()
    assert (one["account_id"], one["where"], one["may_ring"]) == (None, "missing", False)
