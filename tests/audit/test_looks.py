"""Who looked at a guard's telephone: he sees each look with its reason, and nobody else's."""

from collections.abc import Callable
from typing import Any

from tests.tools.client import Caller, code
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


def looks(one: Caller, **asked: Any) -> list[tuple[Any, ...]]:
    items = one.get("/api/me/looks", **asked).json["items"]
    return [(look["act"], look["role"], look["place"], look["reason"], look["alarm_id"]) for look in items]


def test_each_look_at_his_telephone_is_shown_to_him_alone(caller: SignIn, district: SmallDistrict) -> None:
    mine, other = caller(district.guards[0][0]), caller(district.guards[0][1])
    path = f"/api/guards/{district.guards[0][0]}/telephone"
    assert looks(mine) == []
    caller(district.consoles["dispatcher"]).post(path, {"reason": "absent"})
    caller(district.consoles["school_admin"]).post(path, {"reason": "out_of_reach"})
    assert looks(mine) == [
        ("see_telephone", "school_admin", "青禾第1小学", "out_of_reach", None),
        ("see_telephone", "dispatcher", None, "absent", None),
    ]
    assert looks(other) == []
    first = mine.get("/api/me/looks", limit=1).json
    assert [one["reason"] for one in first["items"]] == ["out_of_reach"]
    second = mine.get("/api/me/looks", limit=1, cursor=first["next"]).json
    assert ([one["reason"] for one in second["items"]], second["next"]) == (["absent"], None)
    for role in ("dispatcher", "auditor"):
        assert code(caller(district.consoles[role]).get("/api/me/looks")) == (403, "not_your_role")


def test_a_look_at_an_alarm_has_the_alarm_as_its_reason(
    caller: SignIn, district: SmallDistrict, team: list[list[int]]
) -> None:
    alarm = caller(team[0][0]).post("/api/alarms").json
    shown = caller(district.consoles["dispatcher"]).get(f"/api/alarms/{alarm['id']}/people").json["people"]
    seen = [one["account_id"] for one in shown if one["telephone"]]
    assert team[0][0] in seen
    for number in seen:
        assert looks(caller(number)) == [("see_telephones", "dispatcher", None, None, alarm["id"])]
