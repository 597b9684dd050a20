"""Names that nobody sees, and names that imitate an office."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.phone import Phone

SignIn = Callable[[int | None], Caller]
NEW = "19900008888"
NOBODY_SEES = "\u200b\u2060\ufeff\u00ad\u2028\u3164"


def register(app: Flask, district: SmallDistrict, name: str, **more: Any) -> tuple[Phone, Any]:
    phone = Phone(app, NEW)
    return phone, phone.register(district.codes[0], name=name, category="volunteer", **more)


def listed(who: Caller, account_id: int, **search: Any) -> Any:
    return next(
        (one for one in who.get("/api/guards", **search).json["items"] if one["id"] == account_id), None
    )


@pytest.mark.parametrize("name", ["110指挥中心", "青禾第1小学", "第2派出所", "河西街道办"])
def test_an_offices_name_waits_for_approval_and_others_see_the_category(
    app: Flask, district: SmallDistrict, caller: SignIn, clock: WoundClock, name: str
) -> None:
    admin, desk, leader = (
        caller(number)
        for number in (
            district.consoles["school_admin"],
            district.consoles["district_admin"],
            district.guards[0][0],
        )
    )
    unit = {"name": "河西街道办", "kind": "other", "telephone": "0551-6000000"}
    assert desk.post("/api/units", unit).status_code == 201
    claiming, answer = register(app, district, name)
    assert answer.status_code == 201
    me = answer.json["me"]["account"]
    assert (me["name"], me["status"]) == (name, "pending")
    assert claiming.get("/api/me").json["account"]["name"] == name
    shown = listed(admin, me["id"], status="pending", name=name[1:])
    assert (shown["name"], shown["claimed_name"]) == ("志愿者", name)
    others = listed(desk, me["id"], status="pending")
    assert (others["name"], others["claimed_name"]) == ("志愿者", None)
    assert listed(desk, me["id"], name=name[1:]) is None
    leader.post("/api/check-ins", body(district.codes[0], clock.now()))
    claiming.post("/api/check-ins", body(district.codes[0], clock.now()))
    assert name not in [one["name"] for one in leader.get("/api/duty").json["colleagues"]]
    found = listed(leader, me["id"], name="志愿者")
    assert (found["name"], found["claimed_name"]) == ("志愿者", None)
    assert listed(leader, me["id"], name=name[1:]) is None
    people = desk.get(f"/api/coverage/{district.posts[0]}").json["people"]
    assert [one["name"] for one in people if one["account_id"] == me["id"]] == ["志愿者"]
    approved = admin.post(f"/api/guards/{me['id']}/approval", {"approved": True}).json
    assert (approved["name"], approved["claimed_name"]) == (name, None)
    assert name in leader.get("/api/duty").json["colleagues"][1]["name"]


def test_a_persons_name_is_shown_at_once(app: Flask, district: SmallDistrict, caller: SignIn) -> None:
    _phone, answer = register(app, district, "王小明")
    shown = listed(
        caller(district.consoles["school_admin"]), answer.json["me"]["account"]["id"], status="pending"
    )
    assert (shown["name"], shown["claimed_name"]) == ("王小明", None)


def test_what_nobody_sees_is_taken_out_of_names_and_labels(
    app: Flask, district: SmallDistrict, caller: SignIn
) -> None:
    hidden = f"{NOBODY_SEES}王{NOBODY_SEES}小\u3000 明{NOBODY_SEES}"
    _phone, answer = register(app, district, hidden)
    assert answer.json["me"]["account"]["name"] == "王小 明"
    desk = caller(district.consoles["district_admin"])
    unit = {
        "name": f"消防{NOBODY_SEES}站",
        "kind": "other",
        "telephone": "119",
        "desk": f"{NOBODY_SEES}值班台",
    }
    made = desk.post("/api/units", unit).json
    assert (made["name"], made["desk"]) == ("消防站", "值班台")
    device = {"post_id": district.posts[0], "label": f"门卫{NOBODY_SEES}1"}
    assert desk.post("/api/devices", device).json["device"]["label"] == "门卫1"


@pytest.mark.parametrize("name", [NOBODY_SEES, "\u202e王小明", "王\u2066小明", "\u200e", " \u3164 "])
def test_a_name_of_nothing_or_of_turned_writing_is_refused(
    app: Flask, district: SmallDistrict, name: str
) -> None:
    _phone, answer = register(app, district, name)
    assert (answer.status_code, answer.json["code"]) == (422, "bad_input")


def test_a_code_of_a_post_and_a_telephone_however_they_were_pasted(
    app: Flask, district: SmallDistrict, clock: WoundClock
) -> None:
    phone = Phone(app, "\u202a+86 199-0000-8888\u202c")
    assert phone.register(f" \u200b{district.codes[0].lower()}\n").status_code == 201
    assert (
        phone.post("/api/check-ins", body(f"{district.codes[0].lower()}\u200b", clock.now())).status_code
        == 201
    )
    landline = app.test_client().post("/api/session/codes", json={"phone": "0551-62345678"})
    assert landline.json["fields"] == {"phone": ["landline"]}
    assert app.test_client().get(f"/api/posts/{district.codes[0].lower()}").status_code == 200
