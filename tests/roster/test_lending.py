"""A post that lacks somebody is lent a head by the nearest one that has one more than it needs."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.delivery.facts import DutyMessage, StaleWanted
from server.delivery.tables import message
from server.duty.rules.lending import Spare, require_spare, spare_of
from server.duty.service import coverage as post_coverage
from server.duty.tables import check_in
from server.people.tables import account
from server.places.queries import districts
from server.places.tables import post
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.duty import SECURITY_1, SECURITY_2, STAFF_1, VOLUNTEER_1, put_on_duty, suspend

SignIn = Callable[[int | None], Caller]


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.none() | st.just("接送车多"))
def test_a_post_never_falls_below_its_composition_without_a_word(
    present: int, required: int, leaving: int, word: str | None
) -> None:
    spare = spare_of({"security": present}, {"security": required}, "security", leaving)
    try:
        require_spare(spare, word)
    except Refused:
        assert word is None
        assert present - leaving - 1 < required
    else:
        assert word is not None or present - leaving - 1 >= required
    assert spare_of({}, {}, "security", 0) == Spare(0, 0, 0)


@pytest.fixture
def lenders(
    app: Flask, app_store: Store, caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> list[Caller]:
    """Give the three security guards on duty at the second post, which needs two; the first post has none."""
    guards = [district.guards[1][seat] for seat in (SECURITY_1, SECURITY_2, VOLUNTEER_1)]
    now = clock.now()
    with app_store.transaction(now) as transaction:
        his = account.c.id == guards[2]
        transaction.connection.execute(update(account).where(his).values(category="security"))
    put_on_duty(app_store, district, post=0, seats=[STAFF_1], now=now)
    put_on_duty(app_store, district, post=1, seats=[SECURITY_1, SECURITY_2, VOLUNTEER_1], now=now)
    with app_store.transaction(now) as transaction:
        his = check_in.c.account_id == guards[2]
        transaction.connection.execute(update(check_in).where(his).values(category="security"))
        # The third one stands farther off, and has nobody to spare.
        far = post.c.id == district.posts[2]
        transaction.connection.execute(update(post).where(far).values(latitude=LATITUDE + 0.05))
    works_out(app, app_store, district, now)
    return [caller(one) for one in guards]


def works_out(app: Flask, store: Store, district: SmallDistrict, now: datetime) -> None:
    with store.transaction(now) as transaction:
        places = districts.some_places(transaction.connection, district.posts)
        post_coverage.publish(transaction, places.values(), app.extensions["huxue"].limits)


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["dispatcher"])


def lists(desk: Caller, post_id: int) -> dict[str, Any]:
    answer = desk.get(f"/api/posts/{post_id}/lenders")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)  # type: ignore[arg-type]


def asks(desk: Caller, post_id: int, who: Caller, **more: Any) -> Any:
    return desk.post(f"/api/posts/{post_id}/lendings", {"account_id": who.account_id, **more})


def says(phone: Caller, number: int, accept: bool = True) -> Any:
    return phone.post(f"/api/me/lendings/{number}/answer", {"accept": accept})


def comes(phone: Caller, post_code: str, at: datetime, **more: Any) -> Any:
    fix = {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy_m": 12.0, "at": at.isoformat()}
    body = {"request_id": str(uuid4()), "post_code": post_code, "fix": fix, "claimed_at": at.isoformat()}
    return phone.post("/api/check-ins", {**body, "device_id": f"device-{phone.account_id}", **more})


def test_the_nearest_post_with_people_to_spare_is_proposed_and_whoever_accepts_counts_from_his_arrival(
    lenders: list[Caller], desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    here, home, who = district.posts[0], district.posts[1], lenders[2]
    first = lists(desk, here)["items"][0]
    assert (first["post_id"], first["group"], first["spare"], len(first["people"])) == (
        home,
        "security",
        1,
        3,
    )
    number = asks(desk, here, who).json["id"]
    with app_store.read() as connection:
        [told] = connection.execute(select(message).where(message.c.purpose == "duty_lend")).all()
    assert (told.account_id, json.loads(told.body)["place"]) == (who.account_id, "青禾第1小学 南门")
    assert who.get("/api/duty").json["lending"]["state"] == "asked"
    assert code(comes(who, district.codes[0], clock.now())) == (409, "already_on_duty"), "he has not said yes"
    assert says(who, number).json["state"] == "coming"
    [asked] = lists(desk, here)["asked"]
    assert (asked["state"], asked["post_name"]) == ("coming", "青禾第2小学 南门")
    assert who.get("/api/duty").json["check_in"]["post_id"] == home, "on his way he counts at his own post"
    began = comes(who, district.codes[0], clock.now())
    assert (began.status_code, began.json["post_id"], began.json["verified"]) == (201, here, True)
    assert who.get("/api/duty").json["line"]["present"]["security"] == 1
    assert lenders[0].get("/api/duty").json["line"]["present"]["security"] == 2
    assert lists(desk, here)["asked"] == []
    with app_store.read() as connection:
        acts = connection.execute(select(audit_row.c.act).where(audit_row.c.act.like("lend%"))).scalars()
        assert sorted(acts) == ["lend", "lend_coming"]


def test_a_post_falls_below_its_composition_by_a_dispatchers_recorded_word_alone(
    lenders: list[Caller],
    caller: SignIn,
    desk: Caller,
    district: SmallDistrict,
    app_store: Store,
    clock: WoundClock,
) -> None:
    here = district.posts[0]
    number = asks(desk, here, lenders[2]).json["id"]
    second = asks(desk, here, lenders[1]).json["id"]
    assert says(lenders[2], number).status_code == 200
    assert code(says(lenders[1], second)) == (409, "post_falls_below"), "one is on his way already"
    assert code(asks(desk, here, lenders[0])) == (409, "post_falls_below")
    admin = caller(district.consoles["district_admin"])
    assert code(asks(admin, here, lenders[0], word="接送车多")) == (403, "not_your_role")
    assert all(one["spare"] > 0 for one in lists(admin, here)["items"])
    by_word = asks(desk, here, lenders[0], word="接送车多").json["id"]
    assert says(lenders[0], by_word).json["state"] == "coming"
    assert comes(lenders[0], district.codes[0], clock.now()).status_code == 201
    # Whoever was to be spare no longer is: his post has one fewer by now.
    assert code(comes(lenders[2], district.codes[0], clock.now())) == (409, "already_on_duty")
    with app_store.read() as connection:
        facts = connection.execute(select(audit_row.c.facts).where(audit_row.c.act == "lend_below")).scalar()
    assert facts == {
        "post_id": here,
        "from_post_id": district.posts[1],
        "words": "接送车多",
    }


def test_nobody_is_asked_twice_who_declines_or_left_does_not_come_and_a_scope_holds(
    lenders: list[Caller], caller: SignIn, desk: Caller, district: SmallDistrict, clock: WoundClock
) -> None:
    here = district.posts[0]
    number = asks(desk, here, lenders[2]).json["id"]
    assert code(asks(desk, here, lenders[2])) == (409, "not_lendable")
    assert code(says(lenders[1], number)) == (404, "not_found")
    assert says(lenders[2], number, accept=False).json["state"] == "declined"
    assert code(says(lenders[2], number)) == (409, "lending_over")
    assert lenders[2].get("/api/duty").json["lending"] is None
    school = caller(district.consoles["school_admin"])
    assert lists(school, here)["items"] == [], "it sees its own posts alone"
    assert code(asks(school, here, lenders[2])) == (404, "not_found")
    assert code(asks(school, district.posts[1], lenders[2])) == (404, "not_found")
    clock.wind(minutes=1)
    assert code(asks(desk, here, caller(district.guards[2][SECURITY_1]))) == (409, "not_lendable")


def test_nobody_is_lent_who_is_suspended_or_was_called_to_an_open_alarm(
    lenders: list[Caller], desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    here = district.posts[0]
    suspend(app_store, lenders[2].account_id, clock.now())
    assert code(asks(desk, here, lenders[2])) == (409, "not_lendable")
    assert all(lenders[2].account_id not in names(one) for one in lists(desk, here)["items"])
    raised = lenders[0].post("/api/alarms", {"post_code": district.codes[1]})
    assert raised.status_code == 201, raised.json
    assert code(asks(desk, here, lenders[1], word="接送车多")) == (409, "not_lendable"), "the alarm has him"


def test_who_was_called_to_an_open_alarm_meanwhile_goes_nowhere_else_but_may_decline(
    lenders: list[Caller], desk: Caller, district: SmallDistrict
) -> None:
    number = asks(desk, district.posts[0], lenders[2]).json["id"]
    raised = lenders[0].post("/api/alarms", {"post_code": district.codes[1]})
    assert raised.status_code == 201, raised.json
    assert code(says(lenders[2], number)) == (409, "lending_over"), "the alarm has him"
    assert says(lenders[2], number, accept=False).json["state"] == "declined"


def test_a_queued_check_in_from_before_his_duty_is_no_arrival_of_who_is_lent(
    lenders: list[Caller], desk: Caller, district: SmallDistrict, clock: WoundClock
) -> None:
    here, who, before = district.posts[0], lenders[2], clock.now() - timedelta(minutes=5)
    number = asks(desk, here, who).json["id"]
    assert says(who, number).status_code == 200
    assert code(comes(who, district.codes[0], before, queued=True)) == (409, "already_on_duty")
    duty = who.get("/api/duty").json
    assert duty["lending"]["state"] == "coming", "he counts at his own post still"


def ends(desk: Caller, number: int) -> Any:
    return desk.post(f"/api/lendings/{number}/end", {})


def test_who_is_not_needed_any_more_stays_where_he_is_and_reads_of_it(
    lenders: list[Caller],
    caller: SignIn,
    desk: Caller,
    district: SmallDistrict,
    app_store: Store,
    clock: WoundClock,
) -> None:
    here, who = district.posts[0], lenders[2]
    number = asks(desk, here, who).json["id"]
    other = district.consoles["school_admin"]
    with app_store.transaction(clock.now()) as transaction:
        his = update(account).where(account.c.id == other)
        transaction.connection.execute(his.values(school_id=district.schools[2]))
    assert code(ends(caller(other), number)) == (404, "not_found"), "the post is no longer his"
    assert says(who, number).status_code == 200
    assert (ends(desk, number).json["state"], lists(desk, here)["asked"]) == ("over", [])
    assert who.get("/api/duty").json["lending"] is None
    assert code(says(who, number)) == (409, "lending_over")
    assert code(ends(desk, number)) == (409, "lending_over")
    assert code(comes(who, district.codes[0], clock.now())) == (409, "already_on_duty")
    assert asks(desk, here, who).status_code == 201, "he can be asked anew"
    with app_store.read() as connection:
        ended = audit_row.c.act == "lend_ended"
        assert connection.execute(select(audit_row.c.subject_id).where(ended)).scalar_one() == who.account_id


def test_whoever_has_arrived_is_not_called_back(
    lenders: list[Caller], desk: Caller, district: SmallDistrict, clock: WoundClock
) -> None:
    number = asks(desk, district.posts[0], lenders[2]).json["id"]
    says(lenders[2], number)
    assert comes(lenders[2], district.codes[0], clock.now()).status_code == 201
    assert code(ends(desk, number)) == (409, "lending_over")


@pytest.mark.parametrize("how", ["answered", "ended", "left"])
def test_a_message_that_asks_in_vain_is_not_sent(
    how: str,
    lenders: list[Caller],
    desk: Caller,
    district: SmallDistrict,
    app_store: Store,
    clock: WoundClock,
) -> None:
    number = asks(desk, district.posts[0], lenders[2]).json["id"]
    assert unsent(app_store, clock.now()) == set()
    if how == "answered":
        says(lenders[2], number, accept=False)
    elif how == "ended":
        ends(desk, number)
    else:
        with app_store.transaction(clock.now()) as transaction:
            his = check_in.c.account_id == lenders[2].account_id
            transaction.connection.execute(update(check_in).where(his).values(checked_out_at=clock.now()))
    assert len(unsent(app_store, clock.now())) == 1


def unsent(store: Store, now: datetime) -> set[int]:
    """Give which messages that ask somebody to another post would not be sent now."""
    with store.transaction(now) as transaction:
        rows = transaction.connection.execute(select(message).where(message.c.purpose == "duty_lend")).all()
        known = [
            DutyMessage(row.id, row.account_id, row.purpose, row.reference, row.created_at) for row in rows
        ]
        return set().union(*transaction.ask(StaleWanted(known)))


def test_nobody_is_lent_to_an_archived_post(
    lenders: list[Caller], desk: Caller, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    number = asks(desk, district.posts[0], lenders[2]).json["id"]
    with app_store.transaction(clock.now()) as transaction:
        gone = post.c.id == district.posts[0]
        transaction.connection.execute(update(post).where(gone).values(archived_at=clock.now()))
    assert lenders[2].get("/api/duty").json["lending"] is None
    assert code(asks(desk, district.posts[0], lenders[1])) == (404, "not_found")
    assert ends(desk, number).status_code == 200


def names(lender: dict[str, Any]) -> set[int]:
    return {one["account_id"] for one in lender["people"]}
