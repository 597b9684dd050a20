"""A unit that stays silent is called again; how its message went stands beside it; a changed lead has its line."""

from collections.abc import Callable

import pytest
from flask import Flask

from server.core.database.transaction import Store
from server.delivery.channels.base import NotSent, Outcome
from server.delivery.channels.registry import channels_of
from server.delivery.jobs import outcomes
from server.delivery.queries import messages
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.units import add_plan, add_unit, letters, link_of

SignIn = Callable[[int | None], Caller]
UNIT = "青禾消防站"


@pytest.fixture
def admin(caller: SignIn, district: SmallDistrict) -> Caller:
    """Sign the district's admin in."""
    return caller(district.consoles["district_admin"])


@pytest.fixture
def desk(caller: SignIn, district: SmallDistrict) -> Caller:
    """Sign the dispatcher in."""
    return caller(district.consoles["dispatcher"])


def test_a_silent_unit_gets_a_new_link_and_its_old_one_still_works(
    caller: SignIn, team: list[list[int]], admin: Caller, desk: Caller, app_store: Store, clock: WoundClock
) -> None:
    unit = add_unit(admin, UNIT)
    add_plan(admin, unit)
    alarm = caller(team[0][0]).post("/api/alarms").json
    first = link_of(app_store, UNIT)
    clock.wind(seconds=40)
    told = desk.post(f"/api/alarms/{alarm['id']}/units/{unit}/calls", {})
    assert told.status_code == 200
    second = link_of(app_store, UNIT)
    assert second != first
    assert [one["reference"] for one in letters(app_store)] == ["joint:1", "joint:1:2"]
    assert told.json["joint_tasks"][0]["delivery"]["calls"] == 2
    assert told.json["timeline"][-1]["act"] == "unit_called_again"
    stranger = caller(None)
    assert stranger.get(first).json["state"] == stranger.get(second).json["state"] == "notified"
    assert stranger.post(first, {"state": "acknowledged"}).json["state"] == "acknowledged"
    answered = desk.post(f"/api/alarms/{alarm['id']}/units/{unit}/calls", {})
    assert (code(answered), answered.json["facts"]) == ((409, "link_used"), {"state": "acknowledged"})


def test_who_may_call_again_and_whom(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], admin: Caller, desk: Caller
) -> None:
    unit, other = add_unit(admin, UNIT), add_unit(admin, "青禾医院")
    add_plan(admin, unit)
    alarm = caller(team[0][0]).post("/api/alarms").json
    path = f"/api/alarms/{alarm['id']}/units"
    assert code(desk.post(f"{path}/{other}/calls", {})) == (404, "not_found")
    school = caller(district.consoles["school_admin"])
    assert code(school.post(f"{path}/{unit}/calls", {})) == (403, "not_your_role")


def test_how_a_units_message_went_stands_beside_it_and_is_news(
    app: Flask,
    caller: SignIn,
    team: list[list[int]],
    admin: Caller,
    desk: Caller,
    app_store: Store,
    clock: WoundClock,
) -> None:
    add_plan(admin, add_unit(admin, UNIT))
    alarm = caller(team[0][0]).post("/api/alarms").json
    assert alarm["joint_tasks"][0]["delivery"]["state"] == "waiting"
    platform = app.extensions["huxue"]
    channels = channels_of(platform.settings, app_store)
    now = clock.now()
    with app_store.transaction(now) as transaction:
        lane = (letters(app_store)[0]["channel"], True)
        claimed = [
            one
            for one in messages.claim_due(transaction.connection, lane, now=now, dead_at=now, most=50)
            if one.purpose == "joint_task"
        ]
    outcomes.keep(app_store, channels, Outcome(claimed[0], NotSent("unreachable", again=False), now))
    told = desk.get(f"/api/alarms/{alarm['id']}").json
    delivery = told["joint_tasks"][0]["delivery"]
    assert (delivery["state"], delivery["reason"]) == ("failed", "unreachable")
    assert told["version"] > alarm["version"]


def test_a_changed_lead_has_its_line(
    caller: SignIn, team: list[list[int]], admin: Caller, desk: Caller
) -> None:
    first, second = add_unit(admin, UNIT), add_unit(admin, "青禾医院", kind="hospital")
    add_plan(admin, first)
    add_plan(admin, second, kind="medical")
    alarm = caller(team[0][0]).post("/api/alarms").json
    told = desk.post(f"/api/alarms/{alarm['id']}/kind", {"kind": "medical"}).json
    lines = [one["facts"] for one in told["timeline"] if one["act"] == "unit_part"]
    assert lines == [{"unit_id": first, "name": UNIT, "part": "support"}]
