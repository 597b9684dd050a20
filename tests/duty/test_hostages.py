"""Nobody is kept from his own gate by somebody who checked him in elsewhere; nobody leads at another's school."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from server.calendar.tables import roster
from server.core.database.transaction import Store
from server.duty.tables import check_in
from server.people.queries import accounts
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import POLICE, SECURITY_1, STAFF_1, VOLUNTEER_1
from tests.tools.insiders import made_up_check_in

SignIn = Callable[[int | None], Caller]


def at_post(district: SmallDistrict, post: int, now: datetime, **more: Any) -> dict[str, Any]:
    return made_up_check_in(district, post, now) | more


def moved_to_first_school(store: Store, district: SmallDistrict, account_id: int, now: datetime) -> int:
    """Let somebody who stands at the second post belong to the school of the first, which has two gates so to speak."""
    with store.transaction(now) as transaction:
        accounts.change(transaction.connection, account_id, school_id=district.schools[0])
    return account_id


def test_who_was_checked_in_elsewhere_checks_in_at_his_own_gate(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    bad = caller(district.guards[0][SECURITY_1])
    bad.post("/api/check-ins", at_post(district, 0, clock.now()))
    hostage = caller(moved_to_first_school(app_store, district, district.guards[1][STAFF_1], clock.now()))
    taken = bad.post("/api/check-ins/assisted", {"account_id": hostage.account_id})
    assert (taken.status_code, taken.json["post_id"]) == (201, district.posts[0])
    older = (clock.now() - timedelta(minutes=1)).isoformat()
    queued = hostage.post("/api/check-ins", at_post(district, 1, clock.now(), queued=True, claimed_at=older))
    assert (queued.status_code, queued.json["code"]) == (409, "already_on_duty")
    own = hostage.post("/api/check-ins", at_post(district, 1, clock.now()))
    assert (own.status_code, own.json["post_id"], own.json["verified"]) == (201, district.posts[1], True)
    assert hostage.get("/api/duty").json["check_in"]["id"] == own.json["id"]
    lines = caller(district.consoles["dispatcher"]).get("/api/coverage").json["posts"]
    assert [line["present"]["staff"] for line in lines[:2]] == [0, 1]
    with app_store.read() as connection:
        kept = connection.execute(check_in.select().where(check_in.c.id == taken.json["id"])).mappings().one()
    assert (kept["checked_out_how"], kept["assisted_by"]) == ("own_check_in", bad.account_id)
    again = hostage.post("/api/check-ins", at_post(district, 0, clock.now()))
    assert (again.status_code, again.json["code"]) == (409, "already_on_duty"), "his own duty ends for nobody"


def test_at_the_same_post_what_a_colleague_began_goes_on(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    leader, helped = caller(district.guards[0][STAFF_1]), caller(district.guards[0][VOLUNTEER_1])
    leader.post("/api/check-ins", at_post(district, 0, clock.now()))
    assert leader.post("/api/check-ins/assisted", {"account_id": helped.account_id}).status_code == 201
    again = helped.post("/api/check-ins", at_post(district, 0, clock.now()))
    assert (again.status_code, again.json["code"]) == (409, "already_on_duty")


def test_police_are_checked_in_by_others_only_at_a_post_of_their_roster(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    security = caller(district.guards[0][SECURITY_1])
    security.post("/api/check-ins", at_post(district, 0, clock.now()))
    foreign = security.post("/api/check-ins/assisted", {"account_id": district.guards[1][POLICE]})
    assert (foreign.status_code, foreign.json["code"]) == (404, "not_found")
    own = security.post("/api/check-ins/assisted", {"account_id": district.guards[0][POLICE]})
    assert (own.status_code, own.json["verified"]) == (201, True)


@pytest.fixture
def no_roster(app_store: Store, district: SmallDistrict, clock: WoundClock) -> None:
    """Let the second post have no roster at all, as in a new district."""
    with app_store.transaction(clock.now()) as transaction:
        transaction.connection.execute(delete(roster).where(roster.c.post_id == district.posts[1]))


@pytest.mark.usefixtures("no_roster")
def test_without_a_roster_whoever_is_of_another_school_waits_and_leads_nobody(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    foreign = caller(district.guards[0][STAFF_1])
    here = foreign.post("/api/check-ins", at_post(district, 1, clock.now())).json
    assert (here["verified"], here["flags"]) == (False, ["not_rostered"])
    accomplice = (
        caller(district.guards[2][VOLUNTEER_1]).post("/api/check-ins", at_post(district, 1, clock.now())).json
    )
    assert (accomplice["verified"], accomplice["flags"]) == (False, ["not_rostered"])
    refused = foreign.post(f"/api/check-ins/{accomplice['id']}/confirmation")
    assert (refused.status_code, refused.json["code"]) == (403, "not_yours_to_confirm")
    assert foreign.get("/api/guards", name="测").status_code == 403
    assert len(foreign.get("/api/duty").json["colleagues"]) == 1


@pytest.mark.usefixtures("no_roster")
def test_without_a_roster_the_posts_own_people_and_police_of_its_station_are_verified(
    caller: SignIn, district: SmallDistrict, clock: WoundClock
) -> None:
    leader = caller(district.guards[1][STAFF_1])
    for one in (leader, caller(district.guards[1][POLICE]), caller(district.guards[0][POLICE])):
        view = one.post("/api/check-ins", at_post(district, 1, clock.now())).json
        assert (view["verified"], view["flags"]) == (True, [])
    elsewhere = (
        caller(district.guards[2][POLICE]).post("/api/check-ins", at_post(district, 1, clock.now())).json
    )
    assert elsewhere["flags"] == ["not_rostered"]
    helped = leader.post("/api/check-ins/assisted", {"account_id": district.guards[1][VOLUNTEER_1]})
    assert (helped.status_code, helped.json["verified"]) == (201, True)
