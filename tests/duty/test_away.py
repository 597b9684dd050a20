"""Who is long outside the fence is shown and asked once; nothing is refused, and it ends by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from server.core.database.event_log import event
from server.core.database.transaction import Store
from server.core.geo import Point, distance_m
from server.core.limits import Limits
from server.duty.jobs import look_for_away
from server.duty.queries import positions
from server.duty.rules.away import AwayLimits, is_due, outside_m, since_when
from server.duty.rules.trust import Fix, TrustLimits
from server.duty.tables import away, check_in
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1, STAFF_2, count, put_at, put_on_duty, suspend
from tests.tools.statements import counted

SignIn = Callable[[int | None], Caller]
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
GATE = Point(LATITUDE, LONGITUDE)
FAR, NEAR = 0.005, 0.0001  # some 550 m, 11 m


@given(
    latitude=st.floats(-0.02, 0.02),
    longitude=st.floats(-0.02, 0.02),
    accuracy_m=st.floats(-5, 400),
)
def test_outside_is_farther_than_fence_and_accuracy_by_a_good_fix(
    latitude: float, longitude: float, accuracy_m: float
) -> None:
    fix = Fix(Point(LATITUDE + latitude, LONGITUDE + longitude), accuracy_m, NOON)
    off = outside_m(fix, post=GATE, fence_radius_m=150, limits=TrustLimits())
    far = distance_m(fix.point, GATE)
    if not 0 < accuracy_m <= 200 or far <= 150:
        assert off is None
    if far > 1_000 and 0 < accuracy_m <= 200:
        assert off == far, "no datum explains a kilometre"


@given(steps=st.lists(st.integers(10, 600), min_size=1, max_size=30))
def test_nobody_is_asked_before_ten_minutes_without_a_long_gap(steps: list[int]) -> None:
    at, since, seen_at = NOON, None, None
    unbroken = 0
    for step in steps:
        at += timedelta(seconds=step)
        unbroken = unbroken + step if seen_at is not None and step <= 300 else 0
        since = since_when(since, seen_at, at, asked=False)
        seen_at = at
        assert is_due(since, at, AwayLimits()) is (unbroken >= 600)


@pytest.fixture
def post(district: SmallDistrict, app_store: Store, clock: WoundClock) -> SmallDistrict:
    """Give the district a peak that begins now, with a leader, a teacher and a guard at the first post."""
    clock.wind(minutes=5)
    put_on_duty(app_store, district, post=0, seats=[STAFF_1, STAFF_2, SECURITY_1], now=clock.now())
    return district


class Morning:
    """A guard who walks about while the clock is wound."""

    def __init__(self, app: Flask, store: Store, clock: WoundClock, account_id: int) -> None:
        self.app, self.store, self.clock, self.account_id = app, store, clock, account_id

    def look(self) -> None:
        """Let the clock look at all posts."""
        limits: Limits = self.app.extensions["huxue"].limits
        for _step in look_for_away(self.store, limits, self.clock.now()):
            continue

    def stands(self, off: float, *, minutes: int = 0, accuracy_m: float = 10.0) -> None:
        """Let him stand off his post for some minutes, with a place and a look each minute."""
        for step in range(minutes + 1):
            if step:
                self.clock.wind(minutes=1)
            put_at(
                self.store,
                self.account_id,
                latitude=LATITUDE + off,
                longitude=LONGITUDE,
                at=self.clock.now(),
                accuracy_m=accuracy_m,
            )
            self.look()


@pytest.fixture
def guard(app: Flask, app_store: Store, clock: WoundClock, post: SmallDistrict) -> Morning:
    return Morning(app, app_store, clock, post.guards[0][SECURITY_1])


def own(one: Caller) -> Any:
    return one.get("/api/duty").json["away"]["own"]


def others(one: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = one.get("/api/duty").json["away"]["others"]
    return found


def at_desk(desk: Caller, post: SmallDistrict) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.get(f"/api/coverage/{post.posts[0]}").json["away"]
    return found


def test_after_ten_minutes_he_is_asked_once_shown_and_it_ends_when_he_is_back(
    guard: Morning, caller: SignIn, post: SmallDistrict
) -> None:
    mine, leader = caller(guard.account_id), caller(post.guards[0][STAFF_1])
    desk = caller(post.consoles["school_admin"])
    guard.stands(FAR, minutes=9)
    assert (own(mine), others(leader), at_desk(desk, post)) == (None, [], [])
    guard.stands(FAR, minutes=1)
    assert own(mine)["answer"] is None
    [seen] = others(leader)
    assert (seen["name"], seen["answer"]) == ("测试13", None)
    assert seen["distance_m"] == pytest.approx(556, abs=5)
    assert at_desk(desk, post) == [seen]
    assert others(caller(post.guards[0][STAFF_2])) == [], "a leader's alone"
    assert mine.post("/api/duty/away", {"answer": "sent"}).json["answer"] == "sent"
    guard.stands(FAR, minutes=12)
    assert (own(mine)["answer"], others(leader)[0]["answer"]) == ("sent", "sent")
    guard.stands(NEAR)
    assert (own(mine), others(leader), at_desk(desk, post)) == (None, [], [])
    assert code(mine.post("/api/duty/away", {"answer": "at_post"})) == (409, "not_away")


def test_he_and_his_leader_hear_of_it_once_and_when_it_ends(
    guard: Morning, app_store: Store, post: SmallDistrict
) -> None:
    def told() -> list[int]:
        query = select(event.c.data).where(event.c.name == "check_in.changed").order_by(event.c.id)
        with app_store.read() as connection:
            return [data["account_id"] for data in connection.execute(query).scalars()]

    guard.stands(FAR, minutes=15)
    both = [guard.account_id, post.guards[0][STAFF_1]]
    assert told() == both
    guard.stands(NEAR)
    assert told() == both * 2


@pytest.mark.parametrize("why", ["coarse", "no place", "gone and back", "gap", "off"])
def test_who_is_not_proven_outside_is_not_asked(
    guard: Morning, caller: SignIn, clock: WoundClock, app: Flask, why: str
) -> None:
    if why == "coarse":
        guard.stands(FAR, minutes=15, accuracy_m=250.0)
    elif why == "no place":
        for _minute in range(15):
            clock.wind(minutes=1)
            guard.look()
    elif why == "gone and back":
        for _turn in range(3):
            guard.stands(FAR, minutes=6)
            guard.stands(NEAR)
    elif why == "gap":
        guard.stands(FAR, minutes=6)
        clock.wind(minutes=9)
        guard.stands(FAR, minutes=1)
    else:
        limits = app.extensions["huxue"].limits.but(AwayLimits(0))
        guard.stands(NEAR)
        for _minute in range(15):
            clock.wind(minutes=1)
            put_at(
                guard.store, guard.account_id, latitude=LATITUDE + FAR, longitude=LONGITUDE, at=clock.now()
            )
            for _step in look_for_away(guard.store, limits, clock.now()):
                continue
    assert own(caller(guard.account_id)) is None


def test_checking_out_suspension_and_withdrawn_consent_end_it(
    guard: Morning, caller: SignIn, app_store: Store, clock: WoundClock, post: SmallDistrict
) -> None:
    guard.stands(FAR, minutes=10)
    with app_store.transaction(clock.now()) as transaction:
        positions.forget(transaction.connection, guard.account_id)
    assert count(app_store, away) == 0
    guard.stands(FAR, minutes=10)
    assert count(app_store, away) == 1
    suspend(app_store, guard.account_id, clock.now())
    assert code(caller(guard.account_id).post("/api/duty/away", {"answer": "at_post"})) == (403, "suspended")
    with app_store.transaction(clock.now()) as transaction:
        his = check_in.c.account_id == guard.account_id
        transaction.connection.execute(update(check_in).where(his).values(checked_out_at=clock.now()))
    assert at_desk(caller(post.consoles["school_admin"]), post) == []
    guard.look()
    assert count(app_store, away) == 0


def test_nothing_is_written_of_who_withdrew_consent_while_the_clock_looked(
    guard: Morning, caller: SignIn, app_store: Store
) -> None:
    guard.stands(FAR, minutes=10)
    withdrawn = {"kind": "position", "version": "2026-11", "given": False}
    assert caller(guard.account_id).post("/api/me/consents", withdrawn).status_code == 200
    assert count(app_store, away) == 0
    # His place was read just before.
    guard.stands(FAR, minutes=3)
    assert count(app_store, away) == 0


def test_the_end_of_the_shift_ends_it(guard: Morning, app_store: Store, clock: WoundClock) -> None:
    guard.stands(FAR, minutes=10)
    clock.wind(minutes=60)
    guard.look()
    assert count(app_store, away) == 0


def test_an_alarm_that_called_him_away_asks_nothing(
    guard: Morning, caller: SignIn, post: SmallDistrict
) -> None:
    caller(guard.account_id).post("/api/alarms", {"fix": None, "post_id": post.posts[0]})
    guard.stands(FAR, minutes=15)
    assert own(caller(guard.account_id)) is None


def test_whoever_was_not_asked_answers_nothing(guard: Morning, caller: SignIn, post: SmallDistrict) -> None:
    guard.stands(FAR, minutes=5)
    mine = caller(guard.account_id)
    assert code(mine.post("/api/duty/away", {"answer": "at_post"})) == (409, "not_away")
    assert code(mine.post("/api/duty/away", {"answer": "asleep"})) == (422, "bad_input")
    assert code(caller(post.guards[1][STAFF_1]).post("/api/duty/away", {"answer": "sent"})) == (
        409,
        "not_away",
    )
    assert code(caller(post.consoles["dispatcher"]).post("/api/duty/away", {"answer": "sent"})) == (
        403,
        "not_your_role",
    )


def test_nothing_is_written_while_everybody_is_at_his_post(guard: Morning, app_store: Store) -> None:
    guard.stands(NEAR)
    with counted(app_store) as statements:
        guard.look()
    assert [one for one in statements.work if not one.startswith("SELECT")] == []
    assert len(statements.work) <= 3, "two of all posts, and one a handful of posts"
