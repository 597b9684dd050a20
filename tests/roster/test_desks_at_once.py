"""Two who press at once: what the first has done stands, and the other one is told."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from server.core.database.transaction import Store
from server.duty.queries import lending
from server.people.tables import account
from server.roster.queries import patterns
from tests.tools.blocked import WITHIN_S, wait_until_blocked
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, SECURITY_2, STAFF_1, VOLUNTEER_1, put_on_duty
from tests.tools.plans import MORNING_PEAK

SignIn = Callable[[int | None], Caller]
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_a_pattern_that_is_removed_while_another_takes_its_place_stays_gone(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    desk = caller(district.consoles["school_admin"])
    body: dict[str, Any] = {
        "post_id": district.posts[0], "peak": MORNING_PEAK, "account_id": district.guards[0][STAFF_1],
        "in_weeks": "all", "weekdays": 31, "starts_on": "2026-11-23",
    }  # fmt: skip
    number = desk.post("/api/roster/patterns", body).json["id"]  # type: ignore[index]
    [shown] = desk.get("/api/roster/patterns").json["items"]  # type: ignore[index]
    body |= {"weekdays": 4, "replaces": number, "changed_at": shown["changed_at"]}
    told: list[Any] = []
    change = threading.Thread(target=lambda: told.append(desk.post("/api/roster/patterns", body)))
    with app_store.transaction(clock.now()) as transaction:
        patterns.remove(transaction.connection, number)
        change.start()
        wait_until_blocked(app_store, change)
    change.join(WITHIN_S)
    assert [code(one) for one in told] == [(409, "plan_changed")]
    assert desk.get("/api/roster/patterns").json["items"] == []  # type: ignore[index]


def test_whoever_arrives_while_the_desk_takes_it_back_has_arrived(
    app: Flask, caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    seats, now = [SECURITY_1, SECURITY_2, VOLUNTEER_1], clock.now()
    who = caller(district.guards[1][VOLUNTEER_1])
    with app_store.transaction(now) as transaction:
        his = account.c.id == who.account_id
        transaction.connection.execute(update(account).where(his).values(category="security"))
    put_on_duty(app_store, district, post=0, seats=[STAFF_1], now=now)
    put_on_duty(app_store, district, post=1, seats=seats, now=now)
    desk = caller(district.consoles["dispatcher"])
    asked = {"account_id": who.account_id, "word": "接送车多"}
    number = desk.post(f"/api/posts/{district.posts[0]}/lendings", asked).json["id"]  # type: ignore[index]
    assert who.post(f"/api/me/lendings/{number}/answer", {"accept": True}).status_code == 200
    told: list[Any] = []
    back = threading.Thread(target=lambda: told.append(desk.post(f"/api/lendings/{number}/end", {})))
    with app_store.transaction(now) as transaction:
        assert who.account_id is not None
        lending.arrived(transaction.connection, {who.account_id: number}, now)
        back.start()
        wait_until_blocked(app_store, back)
    back.join(WITHIN_S)
    with app_store.read() as connection:
        one = lending.by_id(connection, number)
    assert [code(answer) for answer in told] == [(409, "lending_over")]
    assert one is not None and one.state == "arrived"
