"""Units and plans: who reads, who edits, what cannot be."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from server.alarm.queries import units
from server.alarm.tables import joint_response
from server.core import audit
from server.core.database.transaction import Store
from server.people.queries import accounts
from server.places.tables import district as district_table
from tests.tools.client import Caller, code
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import count
from tests.tools.units import add_plan, add_unit

SignIn = Callable[[int | None], Caller]
FIRE: dict[str, Any] = {"name": "青禾消防站", "kind": "fire", "telephone": "119", "desk": "通信室"}


@pytest.fixture
def admin(caller: SignIn, district: SmallDistrict) -> Caller:
    """Sign the district's admin in."""
    return caller(district.consoles["district_admin"])


@pytest.fixture
def foreign_unit(app_store: Store, district: SmallDistrict, clock: WoundClock) -> int:
    """Give a unit of another district."""
    with app_store.transaction(clock.now()) as transaction:
        other = transaction.connection.execute(
            insert(district_table)
            .values(name="别处区", time_zone="Asia/Shanghai", demo=True)
            .returning(district_table.c.id)
        ).scalar_one()
        return units.add(transaction.connection, other, now=clock.now(), **{**FIRE, "name": "别处消防站"})


def test_the_admin_edits_and_the_dispatcher_reads(
    caller: SignIn, district: SmallDistrict, admin: Caller, app_store: Store
) -> None:
    made = admin.post("/api/units", FIRE)
    assert (made.status_code, made.json) == (201, {"id": made.json["id"], "archived": False, **FIRE})
    path = f"/api/units/{made.json['id']}"
    changed = admin.patch(path, {"telephone": "0551-0000 2001", "desk": ""}).json
    assert (changed["telephone"], changed["desk"], changed["name"]) == ("055100002001", "", "青禾消防站")
    dispatcher = caller(district.consoles["dispatcher"])
    assert dispatcher.get("/api/units").json == {"items": [changed], "next": None}
    for role, reads in (
        ("dispatcher", True),
        ("station_officer", False),
        ("school_admin", False),
        ("auditor", False),
    ):
        one = caller(district.consoles[role])
        assert (one.get("/api/units").status_code == 200) is reads, role
        assert (one.get("/api/joint-plans").status_code == 200) is reads, role
        for answer in (
            one.post("/api/units", FIRE),
            one.patch(path, {"name": "x"}),
            one.post("/api/joint-plans", {"lead_unit_id": made.json["id"]}),
            one.patch("/api/joint-plans/1", {"archived": True}),
        ):
            assert code(answer) == (403, "not_your_role"), role
    assert code(caller(district.guards[0][0]).get("/api/units")) == (403, "not_your_role")
    assert (count(app_store, audit.audit_row, act="unit.added"), count(app_store, joint_response.unit)) == (
        1,
        1,
    )


def test_the_same_request_again_adds_one_unit_and_another_body_is_refused(
    admin: Caller, app_store: Store
) -> None:
    request = {"request_id": str(uuid4()), **FIRE}
    first = admin.post("/api/units", request).json
    assert admin.post("/api/units", request).json == first
    assert code(admin.post("/api/units", {**request, "name": "另一个"})) == (409, "request_id_reused")
    change = {"request_id": str(uuid4()), "desk": "值班室"}
    changed = admin.patch(f"/api/units/{first['id']}", change).json
    admin.patch(f"/api/units/{first['id']}", {"desk": "大厅"})
    assert admin.patch(f"/api/units/{first['id']}", change).json == changed
    assert count(app_store, joint_response.unit, desk="大厅") == 1
    plan = {"request_id": str(uuid4()), "lead_unit_id": first["id"]}
    assert admin.post("/api/joint-plans", plan).json == admin.post("/api/joint-plans", plan).json
    assert count(app_store, joint_response.joint_plan) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"name": "\u202e站"},
        {"name": "站" + "\u0301" * 7},
        {"kind": "army"},
        {"telephone": "自己人"},
        {"telephone": "1"},
        {"telephone": "1" * 30},
        {"desk": "\x00"},
    ],
)
def test_bad_input_is_named(admin: Caller, wrong: dict[str, Any]) -> None:
    answer = admin.post("/api/units", {**FIRE, **wrong})
    assert code(answer) == (422, "bad_input")
    assert set(answer.json["fields"]) == set(wrong)


def test_a_plan_names_each_unit_once_and_nothing_beyond_the_district(
    admin: Caller, district: SmallDistrict, foreign_unit: int
) -> None:
    lead, support = add_unit(admin, "青禾教育局"), add_unit(admin, "青禾街道")
    for body in (
        {"lead_unit_id": lead, "support_unit_ids": [lead]},
        {"lead_unit_id": lead, "support_unit_ids": [support, support]},
        {"lead_unit_id": lead, "support_unit_ids": list(range(100, 130))},
        {"lead_unit_id": lead, "kind": "earthquake"},
    ):
        assert code(admin.post("/api/joint-plans", body)) == (422, "bad_input"), body
    for body in (
        {"lead_unit_id": foreign_unit},
        {"lead_unit_id": lead, "support_unit_ids": [foreign_unit]},
        {"lead_unit_id": lead, "school_id": 999},
        {"lead_unit_id": 999},
    ):
        assert code(admin.post("/api/joint-plans", body)) == (404, "not_found"), body
    assert code(admin.patch(f"/api/units/{foreign_unit}", {"name": "x"})) == (404, "not_found")
    assert code(admin.patch("/api/joint-plans/999", {"archived": True})) == (404, "not_found")
    plan = add_plan(admin, lead, support, kind="fire", school=district.schools[0])
    half = admin.patch(f"/api/joint-plans/{plan}", {"lead_unit_id": support})
    assert code(half) == (422, "bad_input"), "both or none: else one unit could stand in both places"


def test_one_plan_for_the_same_alarms_and_a_new_one_after_it_was_archived(
    admin: Caller, district: SmallDistrict
) -> None:
    lead, support = add_unit(admin, "青禾教育局"), add_unit(admin, "青禾街道")
    plan = add_plan(admin, lead, kind="fire")
    again = admin.post("/api/joint-plans", {"lead_unit_id": support, "kind": "fire"})
    assert (code(again), again.json["facts"]) == ((409, "plan_exists"), {"plan_id": plan})
    add_plan(admin, lead, kind="fire", school=district.schools[0])
    changed = admin.patch(f"/api/joint-plans/{plan}", {"lead_unit_id": support, "support_unit_ids": [lead]})
    assert (changed.json["lead_unit_id"], changed.json["support_unit_ids"]) == (support, [lead])
    assert admin.patch(f"/api/joint-plans/{plan}", {"archived": True}).status_code == 200
    assert plan not in [one["id"] for one in admin.get("/api/joint-plans").json["items"]]
    assert code(admin.patch(f"/api/joint-plans/{plan}", {"archived": True})) == (404, "not_found")
    add_plan(admin, lead, kind="fire")


def test_a_unit_of_a_plan_cannot_be_archived_and_an_archived_one_is_in_no_plan(admin: Caller) -> None:
    lead, support = add_unit(admin, "青禾教育局"), add_unit(admin, "青禾街道")
    plan = add_plan(admin, lead, support)
    for unit in (lead, support):
        refused = admin.patch(f"/api/units/{unit}", {"archived": True})
        assert (code(refused), refused.json["facts"]) == ((409, "unit_in_plan"), {"plans": 1})
    admin.patch(f"/api/joint-plans/{plan}", {"lead_unit_id": lead, "support_unit_ids": []})
    assert admin.patch(f"/api/units/{support}", {"archived": True}).json["archived"] is True
    assert [one["id"] for one in admin.get("/api/units").json["items"]] == [lead]
    assert [one["id"] for one in admin.get("/api/units", archived="true").json["items"]] == [support]
    refused = admin.patch(f"/api/joint-plans/{plan}", {"lead_unit_id": lead, "support_unit_ids": [support]})
    assert code(refused) == (409, "unit_archived")
    assert admin.patch(f"/api/units/{support}", {"archived": False}).json["archived"] is False


def test_lists_page_by_cursor(admin: Caller) -> None:
    numbers = [add_unit(admin, f"单位{number}") for number in range(3)]
    first = admin.get("/api/units", limit=2).json
    second = admin.get("/api/units", limit=2, cursor=first["next"]).json
    assert [one["id"] for one in (*first["items"], *second["items"])] == numbers
    assert second["next"] is None


def test_an_admin_who_was_moved_to_another_district_reads_no_unit_of_his_old_one_by_an_old_write(
    admin: Caller, foreign_unit: int, app_store: Store, clock: WoundClock
) -> None:
    sent = {**FIRE, "request_id": str(uuid4())}
    assert admin.post("/api/units", sent).status_code == 201
    assert admin.post("/api/units", sent).status_code == 201, "a retry while he is there"
    with app_store.transaction(clock.now()) as transaction:
        other = transaction.connection.execute(
            select(joint_response.unit.c.district_id).where(joint_response.unit.c.id == foreign_unit)
        ).scalar_one()
        assert admin.account_id is not None
        accounts.change(transaction.connection, admin.account_id, district_id=other)
    assert code(admin.post("/api/units", sent)) == (404, "not_found")
