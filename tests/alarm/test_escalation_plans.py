"""The steps of a district: who reads them, who changes them, and that alarms follow them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from server.alarm.jobs.escalation import take_due
from server.alarm.queries import ladders
from server.alarm.tables.escalation import EscalationPlan
from server.core.database.transaction import Store
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]
PATH = "/api/escalation-plans"


def step(tier: int, **changed: Any) -> dict[str, Any]:
    """Make a step."""
    usual = {"tier": tier, "after_s": 0, "channels": ["socket"], "groups": ["police"], "roles": [], "more": 0}
    return usual | changed


def plan(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """Make a plan of one step a tier, and some more."""
    return [step(1, groups=["staff"]), step(2, groups=["security"]), step(3), *more]


def of_kind(answer: Any, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in answer.json["items"] if one["kind"] == kind)
    return found


def test_a_kind_has_its_own_steps_or_those_of_any(caller: SignIn, district: SmallDistrict) -> None:
    admin = caller(district.consoles["district_admin"])
    before = of_kind(admin.get(PATH), "fire")
    assert not before["own"]
    any_kind = plan(step(3, after_s=45))
    assert of_kind(admin.put(f"{PATH}/any", {"steps": any_kind}), "fire")["steps"] == any_kind
    own = plan(step(1, after_s=10, groups=["staff", "volunteer"]))
    changed = admin.put(f"{PATH}/fire", {"steps": own})
    assert of_kind(changed, "fire") == {"kind": "fire", "own": True, "steps": own}
    assert of_kind(changed, "fight")["steps"] == any_kind
    assert of_kind(admin.put(f"{PATH}/fire", {"steps": None}), "fire")["steps"] == any_kind
    assert of_kind(admin.put(f"{PATH}/any", {"steps": None}), "fire") == before


def test_alarms_follow_the_steps_of_their_district(
    caller: SignIn, district: SmallDistrict, team: list[list[int]]
) -> None:
    caller(district.consoles["district_admin"]).put(
        f"{PATH}/any", {"steps": plan(step(2, after_s=600, groups=["security"]))}
    )
    told = caller(team[0][0]).post("/api/alarms").json
    assert told["ladders"][1]["due_at"] == "2026-11-22T23:25:00.000Z"
    of_first = {one["account_id"] for one in told["deliveries"] if one["tier"] == 1}
    assert of_first == {team[0][1]}, "staff alone are called on the spot, as the district wants"


@pytest.mark.parametrize(
    "unreadable",
    [
        [{"tier": 1, "after_s": 0, "channels": ["pigeon"], "groups": ["staff"], "roles": [], "more": 0}],
        [step(1), step(2)],
        [{"tier": 1}],
        {"steps": []},
        "steps",
        [],
    ],
)
def test_no_alarm_waits_for_a_plan_that_cannot_be_read(
    unreadable: Any,
    app: Flask,
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    app_store: Store,
    clock: WoundClock,
) -> None:
    """As after going back to an older version of the server."""
    usual = caller(team[2][0]).post("/api/alarms").json["ladders"]
    with app_store.transaction(clock.now()) as transaction:
        admin = district.consoles["district_admin"]
        plan = EscalationPlan(district.district_id, "any", unreadable, clock.now(), admin)
        ladders.keep_plan(transaction.connection, plan)
    told = caller(team[0][0]).post("/api/alarms")
    assert told.status_code == 201
    assert [one["due_at"] for one in told.json["ladders"]] == [one["due_at"] for one in usual]
    assert told.json["deliveries"]
    clock.wind(seconds=30)
    assert take_due(app_store, app.extensions["huxue"].limits, clock.now()) > 0


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([step(1), step(2)], "no_steps"),
        ([step(1, after_s=5), step(2), step(3)], "first_waits"),
        (plan(step(2, after_s=4)), "wait"),
        (plan(step(2, after_s=901)), "wait"),
        (plan(step(2, after_s=30, channels=[])), "no_channel"),
        (plan(step(2, after_s=30, groups=[])), "nobody"),
        (plan(*[step(3, after_s=30)] * 8), "too_many_steps"),
    ],
)
def test_steps_by_which_an_alarm_could_be_lost_are_refused(
    caller: SignIn, district: SmallDistrict, steps: list[dict[str, Any]], why: str
) -> None:
    admin = caller(district.consoles["district_admin"])
    before = admin.get(PATH).json
    answer = admin.put(f"{PATH}/any", {"steps": steps})
    assert (answer.status_code, answer.json["code"], answer.json["facts"]["why"]) == (
        422,
        "plan_incomplete",
        why,
    )
    assert admin.get(PATH).json == before


def test_who_may(caller: SignIn, district: SmallDistrict) -> None:
    for role, reads, writes in (
        ("dispatcher", 200, 403),
        ("station_officer", 200, 403),
        ("school_admin", 403, 403),
        ("auditor", 403, 403),
    ):
        console = caller(district.consoles[role])
        assert console.get(PATH).status_code == reads
        assert console.put(f"{PATH}/any", {"steps": plan()}).status_code == writes
    admin = caller(district.consoles["district_admin"])
    assert admin.put(f"{PATH}/flood", {"steps": plan()}).status_code == 404
    assert admin.put(f"{PATH}/any", {"steps": [step(1, channels=["pigeon"])]}).status_code == 422
