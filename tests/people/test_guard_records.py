"""Changing what stands of a guard by hand."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from server.core.audit import audit_row
from server.core.database.transaction import Store
from tests.tools.client import Caller, code
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


def _change(one: Caller, district: SmallDistrict, **wanted: Any) -> Any:
    was = {"name": "测试12", "category": "teacher", "school_id": district.schools[0]}
    path = f"/api/guards/{district.guards[0][1]}/record"
    return one.post(path, {"wanted": was | wanted, "was": was, "reason": "写错了"})


def test_a_school_mends_a_name_and_a_category(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    school = caller(district.consoles["school_admin"])
    found = _change(school, district, name="测试改名", category="security")
    assert found.status_code == 200, found.json
    assert (found.json["name"], found.json["category"]) == ("测试改名", "security")
    # What the page shows is no longer so.
    assert code(_change(school, district, name="又一个")) == (409, "guard_changed")
    with app_store.read() as connection:
        rows = connection.execute(select(audit_row.c.facts).where(audit_row.c.act == "guard.changed"))
        assert list(rows.scalars()) == [{"columns": ["name", "category"], "reason": "写错了"}]


def test_the_district_moves_a_guard_to_another_school(caller: SignIn, district: SmallDistrict) -> None:
    desk = caller(district.consoles["district_admin"])
    moved = _change(desk, district, school_id=district.schools[2])
    assert moved.json["school_name"] == "青禾第3小学"
    school = caller(district.consoles["school_admin"])
    assert _change(school, district, name="测试改名").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"category": "police"}, (409, "police_record")),
        ({"name": "110指挥中心"}, (422, "name_of_office")),
        ({"school_id": 2}, (404, "not_found")),
    ],
)
def test_what_a_school_may_not_change_is_refused(
    caller: SignIn, district: SmallDistrict, wanted: dict[str, Any], why: tuple[int, str]
) -> None:
    assert code(_change(caller(district.consoles["school_admin"]), district, **wanted)) == why


def test_others_change_nothing_and_a_retry_changes_once(
    app: Flask, caller: SignIn, district: SmallDistrict
) -> None:
    for role in ("station_officer", "dispatcher", "auditor"):
        answer = _change(caller(district.consoles[role]), district, name="测试改名")
        assert code(answer) == (403, "not_your_role")
    school = caller(district.consoles["school_admin"])
    was = {"name": "测试12", "category": "teacher", "school_id": district.schools[0]}
    body = {"request_id": str(uuid4()), "wanted": was | {"name": "测试改名"}, "was": was, "reason": "写错了"}
    path = f"/api/guards/{district.guards[0][1]}/record"
    assert school.post(path, body).json == school.post(path, body).json
    left = {"approved": False, "reason": "不再护学"}
    suspended = school.post(f"/api/guards/{district.guards[0][1]}/approval", left)
    assert suspended.status_code == 200
    again = {"wanted": was | {"name": "又一个"}, "was": was | {"name": "测试改名"}, "reason": "写错了"}
    assert code(school.post(path, again)) == (409, "account_suspended")
