"""A swap loses what was given for it, or who took it: its duty is offered as if nobody had taken it."""

import json
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select, update

from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.delivery.tables import message
from server.people.tables import account
from server.roster.jobs import end_late
from server.roster.queries import swaps
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import SECURITY_1, STAFF_1
from tests.tools.plans import MORNING_PEAK, edit, planned, published
from tests.tools.reminders import THIS, TUESDAY

SignIn = Callable[[int | None], Caller]
WEDNESDAY, THURSDAY = "2026-11-25", "2026-11-26"


def offers(phone: Caller, post_id: int, on: str) -> int:
    body = {"post_id": post_id, "date": on, "peak": MORNING_PEAK}
    return int(phone.post("/api/me/swaps", body).json["id"])  # type: ignore[index]


def test_what_was_given_for_an_earlier_duty_too_leaves_that_one_open_again(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    post, more = district.posts[0], district.guards[0][STAFF_1]
    with app_store.transaction(clock.now()) as transaction:
        his = account.c.id == more
        transaction.connection.execute(update(account).where(his).values(category="security"))
    desk = caller(district.consoles["school_admin"])
    one, other, third = (caller(who) for who in (*district.guards[0][SECURITY_1 : SECURITY_1 + 2], more))
    seats = zip((TUESDAY, WEDNESDAY, THURSDAY), (one, other, third), strict=True)
    assert (
        planned(desk, *(edit(post, on, "security", who.account_id) for on, who in seats)).status_code == 200
    )
    assert published(desk, THIS, district.schools[0]).status_code == 200
    early, late = offers(one, post, TUESDAY), offers(third, post, THURSDAY)
    given = {"post_id": post, "date": WEDNESDAY, "peak": MORNING_PEAK}
    for number in (early, late):
        assert other.post(f"/api/me/swaps/{number}/taking", {"in_return": given}).status_code == 200
    assert desk.post(f"/api/roster/swaps/{late}/decision", {"agree": True}).status_code == 200
    mine = one.get("/api/me/swaps").json["items"]  # type: ignore[index]
    assert [(each["id"], each["state"], each["name"]) for each in mine] == [(early, "open", None)]


def test_who_took_a_duty_and_is_erased_leaves_it_offered(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    desk, post = caller(district.consoles["school_admin"]), district.posts[0]
    one, other = (caller(who) for who in district.guards[0][SECURITY_1 : SECURITY_1 + 2])
    assert planned(desk, edit(post, TUESDAY, "security", one.account_id)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    number = offers(one, post, TUESDAY)
    assert other.post(f"/api/me/swaps/{number}/taking", {"in_return": None}).status_code == 200
    with app_store.transaction(clock.now()) as transaction:
        swaps.forget(transaction.connection, other.account_id or 0)
    mine = one.get("/api/me/swaps").json["items"]  # type: ignore[index]
    assert [(each["id"], each["state"], each["name"]) for each in mine] == [(number, "open", None)]
    with app_store.transaction(clock.now()) as transaction:
        swaps.forget(transaction.connection, one.account_id or 0)
    assert one.get("/api/me/swaps").json["items"] == []  # type: ignore[index]


def test_who_took_a_duty_that_is_withdrawn_is_told_that_nothing_comes_of_it(
    caller: SignIn, district: SmallDistrict, app: Flask, app_store: Store, clock: WoundClock
) -> None:
    desk, post = caller(district.consoles["school_admin"]), district.posts[0]
    one, other = (caller(who) for who in district.guards[0][SECURITY_1 : SECURITY_1 + 2])
    assert planned(desk, edit(post, TUESDAY, "security", one.account_id)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    number = offers(one, post, TUESDAY)
    assert other.post(f"/api/me/swaps/{number}/taking", {"in_return": None}).status_code == 200
    assert planned(desk, edit(post, TUESDAY, "security", None, version=1)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    for _look in range(2):
        rows = RowRetry("swaps")
        end_late(app_store, app.extensions["huxue"].limits, clock.now(), rows)
        assert not rows.failures
    with app_store.read() as connection:
        wanted = select(message).where(message.c.purpose == "swap_off")
        [told] = connection.execute(wanted).all()
    # Whose duty it was has heard of the withdrawal itself.
    assert (told.account_id, json.loads(told.body)["withdrawn"]) == (other.account_id, True)
    assert other.get("/api/me/swaps").json["items"] == []  # type: ignore[index]


def test_a_swap_of_another_school_is_as_if_it_were_not_there(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    desk, post = caller(district.consoles["school_admin"]), district.posts[0]
    one, other = (caller(who) for who in district.guards[0][SECURITY_1 : SECURITY_1 + 2])
    stranger = caller(district.guards[1][SECURITY_1])
    assert planned(desk, edit(post, TUESDAY, "security", one.account_id)).status_code == 200
    assert published(desk, THIS, district.schools[0]).status_code == 200
    number = offers(one, post, TUESDAY)

    def asks() -> tuple[int, str]:
        return code(stranger.post(f"/api/me/swaps/{number}/taking", {"in_return": None}))

    found = [asks()]
    assert other.post(f"/api/me/swaps/{number}/taking", {"in_return": None}).status_code == 200
    found.append(asks())
    assert one.post(f"/api/me/swaps/{number}/withdrawal", {}).status_code == 200
    found.append(asks())
    assert found == [(404, "not_found")] * 3, "open, taken and over look the same"
