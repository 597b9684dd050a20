"""A duty ends with the account: closed, registered anew or suspended; it goes on where a suspension is taken back."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.core.geo import Box
from server.duty.queries import check_ins
from server.duty.queries.coverage import line_of
from server.duty.queries.positions import within
from server.duty.tables import check_in
from tests.people.test_approvals import NEW, put_on_roster
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, STAFF_1, asked, put_at, put_on_duty
from tests.tools.insiders import Insiders, made_up_check_in
from tests.tools.phone import Phone

SignIn = Callable[[int | None], Caller]
CLOSING = {"kind": "identity", "version": "2026-11", "given": False}
AROUND = Box(south=LATITUDE - 0.01, west=LONGITUDE - 0.01, north=LATITUDE + 0.01, east=LONGITUDE + 0.01)


def on_map(store: Store, district: SmallDistrict) -> list[int]:
    with store.read() as connection:
        rows = within(connection, AROUND, after=0, limit=99, district_id=district.district_id)
    return [one.account_id for one in rows]


def seats(store: Store, district: SmallDistrict) -> dict[int, bool]:
    with store.read() as connection:
        line = line_of(connection, district.posts[0])
    assert line is not None
    return {seat["account_id"]: seat["verified"] for seat in line["seats"]}


def decide(caller: SignIn, district: SmallDistrict, account_id: int, *, approved: bool) -> str:
    school = caller(district.consoles["school_admin"])
    answer = school.post(f"/api/guards/{account_id}/approval", {"approved": approved, "reason": "不再护学"})
    assert answer.status_code == 200, answer.json
    return str(answer.json["status"])


def close(caller: Caller) -> None:
    assert caller.post("/api/me/consents", CLOSING).status_code == 200


def enter(caller: SignIn, phone: Phone, code: str, category: str) -> Caller:
    me = phone.register(code, category=category).json["me"]["account"]
    return caller(me["id"])


def test_a_check_in_as_police_does_not_outlive_the_claim_to_be_police(
    app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    """He registers as police, checks in, closes, and comes back as the volunteer whom the roster approves."""
    put_on_roster(app_store, clock, district.posts[0], "volunteer")
    claims = enter(caller, Phone(app, NEW), district.codes[0], "police")
    assert claims.post("/api/check-ins", made_up_check_in(district, 0, clock.now())).status_code == 201
    close(claims)
    assert claims.account_id not in seats(app_store, district), "closed: on duty no more"
    again = Phone(app, NEW)
    me = again.register(district.codes[0], category="volunteer").json["me"]["account"]
    assert (me["id"], me["status"]) == (claims.account_id, "approved")
    assert again.get("/api/duty").json["check_in"] is None
    put_on_duty(app_store, district, post=2, seats=[POLICE], now=clock.now())
    raiser = caller(district.guards[1][STAFF_1])
    number = raiser.post("/api/alarms", {"post_code": district.codes[1]}).json["id"]
    told = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{number}").json
    assert me["id"] not in asked(told)
    # What he does after that counts as what he is.
    mine = again.post(
        "/api/check-ins", {**made_up_check_in(district, 0, clock.now()), "request_id": str(uuid4())}
    )
    assert (mine.status_code, mine.json["category"]) == (201, "volunteer"), mine.json
    assert seats(app_store, district)[me["id"]] is True


def test_an_approval_turns_no_check_in_of_another_category(
    app: Flask, app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    claims = enter(caller, Phone(app, NEW), district.codes[0], "volunteer")
    claims.post("/api/check-ins", made_up_check_in(district, 0, clock.now()))
    with app_store.transaction(clock.now()) as transaction:
        mine = check_in.c.account_id == claims.account_id
        transaction.connection.execute(update(check_in).where(mine).values(category="duty_leader"))
    assert claims.account_id is not None
    assert decide(caller, district, claims.account_id, approved=True) == "approved"
    with app_store.read() as connection:
        duty = check_ins.open_of_account(connection, claims.account_id)
    assert duty is not None and (duty.verified, "not_approved" in duty.flags) == (False, True)


def test_a_suspended_guard_fills_no_seat_and_a_mistake_is_taken_back_with_one_tap(
    app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    guard = put_on_duty(app_store, district, post=0, seats=[SECURITY_1], now=clock.now())[0]
    put_at(app_store, guard, latitude=LATITUDE, longitude=LONGITUDE, at=clock.now())
    decide(caller, district, guard, approved=True)
    assert on_map(app_store, district) == [guard]
    clock.wind(minutes=5)
    assert decide(caller, district, guard, approved=False) == "suspended"
    assert guard not in seats(app_store, district)
    assert on_map(app_store, district) == []
    clock.wind(minutes=5)
    assert decide(caller, district, guard, approved=True) == "approved"
    assert seats(app_store, district)[guard] is True
    assert on_map(app_store, district) == [guard]
    duty = caller(guard).get("/api/duty").json["check_in"]
    assert (duty["verified"], duty["checked_out_at"]) == (True, None)


@pytest.mark.parametrize("after_minutes", [89, 91])
def test_a_duty_that_a_suspension_ended_goes_on_within_its_shift_alone(
    app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn, after_minutes: int
) -> None:
    guard = put_on_duty(app_store, district, post=0, seats=[SECURITY_1], now=clock.now())[0]
    decide(caller, district, guard, approved=False)
    clock.wind(minutes=after_minutes)
    decide(caller, district, guard, approved=True)
    with app_store.read() as connection:
        goes_on = check_ins.open_of_account(connection, guard) is not None
    assert goes_on == (after_minutes == 89)


def test_a_guard_suspended_on_duty_still_raises_the_alarm_where_he_stands(
    app_store: Store, district: SmallDistrict, clock: WoundClock, caller: SignIn
) -> None:
    """He stands at another school's post, and his phone tells no place: his own school's would be named."""
    guard = put_on_duty(app_store, district, post=0, seats=[SECURITY_1], now=clock.now())[0]
    with app_store.transaction(clock.now()) as transaction:
        mine = check_in.c.account_id == guard
        transaction.connection.execute(update(check_in).where(mine).values(post_id=district.posts[1]))
    raiser = caller(guard)
    decide(caller, district, guard, approved=False)
    raised = raiser.post("/api/alarms")
    assert raised.status_code == 201, raised.json
    told = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{raised.json['id']}").json
    assert told["post_id"] == district.posts[1]


def test_ended_duties_say_how(app_store: Store, district: SmallDistrict, insiders: Insiders) -> None:
    guard = district.guards[0][STAFF_1]
    insiders.closed(guard)
    with app_store.read() as connection:
        query = select(check_in.c.checked_out_how).where(check_in.c.account_id == guard)
        assert connection.execute(query).scalar_one() == "account_closed"


@pytest.mark.parametrize("ticket_first", [False, True])
def test_nobody_slips_out_of_a_suspension_by_closing_the_account_before(
    app: Flask,
    app_store: Store,
    district: SmallDistrict,
    clock: WoundClock,
    caller: SignIn,
    ticket_first: bool,
) -> None:
    """Closed, suspended, and no way back until it is taken back; the roster, which would approve him, says nothing."""
    put_on_roster(app_store, clock, district.posts[0], "volunteer")
    guard = enter(caller, Phone(app, NEW), district.codes[0], "volunteer")
    assert guard.account_id is not None
    close(guard)
    school = caller(district.consoles["school_admin"])

    def listed() -> tuple[str, bool]:
        items = school.get("/api/guards", status="suspended").json["items"]
        return next((one["status"], one["closed"]) for one in items if one["id"] == guard.account_id)

    assert listed() == ("suspended", True)
    phone = Phone(app, NEW)
    ticket = phone.sign_in().json["ticket"] if ticket_first else None
    for _ in range(2):
        assert decide(caller, district, guard.account_id, approved=False) == "suspended"
    assert listed() == ("suspended", False)
    with app_store.read() as connection:
        said = select(audit_row.c.actor_id).where(audit_row.c.act == "guard.suspended")
        assert list(connection.execute(said).scalars()) == [district.consoles["school_admin"]], "once"
    if ticket is not None:
        again = phone.post("/api/guards", phone.registration(ticket, district.codes[0], category="volunteer"))
        assert code(again) == (403, "suspended")
    assert code(phone.sign_in()) == (403, "suspended")
    decide(caller, district, guard.account_id, approved=True)
    me = Phone(app, NEW).register(district.codes[0], category="volunteer").json["me"]["account"]
    assert (me["id"], me["status"]) == (guard.account_id, "approved")
