"""Webhooks of a district: secrets that never come out, and addresses that are refused."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.delivery.tables import hook
from tests.tools.client import Caller, code
from tests.tools.district import SmallDistrict
from tests.tools.duty import count
from tests.tools.outward import SECRET

SignIn = Callable[[int | None], Caller]
pytestmark = pytest.mark.usefixtures("resolved")
ROOM = "https://open.feishu.cn/open-apis/bot/v2/hook/12345678-abcd"


def test_a_webhook_goes_in_and_its_secrets_never_come_out(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    admin = caller(district.consoles["district_admin"])
    body = {"format": "feishu", "name": "指挥群", "url": ROOM, "secret": SECRET}
    made = admin.post("/api/hooks", body)
    assert made.status_code == 201
    assert (made.json["channel"], made.json["host"], made.json["url_end"]) == (
        "chat",
        "open.feishu.cn",
        "abcd",
    )
    listed = admin.get("/api/hooks")
    assert listed.json == {"items": [made.json], "next": None}
    for answer in (made, listed):
        assert "12345678" not in answer.text
        assert SECRET not in answer.text
    changed = admin.client.patch(
        f"/api/hooks/{made.json['id']}",
        json={"request_id": str(uuid4()), "enabled": False, "station_id": district.stations[0]},
        headers={"X-CSRF-Token": admin.csrf_token},
    )
    assert (changed.json["enabled"], changed.json["has_secret"]) == (False, True)
    with app_store.read() as connection:
        row = connection.execute(select(hook)).mappings().one()
        facts = list(connection.execute(select(audit_row.c.facts)).scalars())
    assert (row["url"], row["secret"], row["station_id"]) == (ROOM, SECRET, district.stations[0])
    assert SECRET not in str(facts)
    assert "12345678" not in str(facts)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"url": "https://127.0.0.1/x"}, "host_not_allowed"),
        ({"url": "https://evil.example/x"}, "host_not_allowed"),
        ({"url": "http://open.feishu.cn/x"}, "not_https"),
        ({"url": "https://oapi.dingtalk.com/x"}, "private_address"),
        ({"format": "plain", "secret": "short"}, "secret_too_short"),
        ({"format": "plain", "secret": None}, "secret_too_short"),
    ],
)
def test_a_webhook_that_must_not_be_called_is_refused_and_recorded(
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    resolved: dict[str, str],
    change: dict[str, Any],
    reason: str,
) -> None:
    resolved["oapi.dingtalk.com"] = "::ffff:127.0.0.1"
    admin = caller(district.consoles["district_admin"])
    answer = admin.post("/api/hooks", {"format": "wecom", "name": "群", "url": ROOM, **change})
    assert code(answer) == (422, "hook_refused")
    assert answer.json["facts"] == {"reason": reason}
    assert count(app_store, hook) == 0
    assert count(app_store, audit_row, act="hook_refused") == 1


def test_webhooks_are_the_district_admins_alone(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    admin = caller(district.consoles["district_admin"])
    elsewhere = admin.post("/api/hooks", {"format": "wecom", "name": "群", "url": ROOM, "station_id": 99})
    assert code(elsewhere) == (404, "not_found")
    for role in ("dispatcher", "station_officer", "school_admin", "auditor"):
        assert code(caller(district.consoles[role]).get("/api/hooks")) == (403, "not_your_role")
    gone = admin.client.patch(
        "/api/hooks/77", json={"request_id": str(uuid4())}, headers={"X-CSRF-Token": admin.csrf_token}
    )
    assert code(gone) == (404, "not_found")


@pytest.mark.parametrize(
    "change",
    [{"url": f"{ROOM}{part}"} for part in ("\ud800", "\x00", "群", " x", "\r\nX-Other: 1", "#part")]
    + [{"secret": part + SECRET} for part in ("\ud800", "\x00", "\n")],
)
def test_an_address_or_a_key_that_no_request_could_carry_is_bad_input(
    caller: SignIn, district: SmallDistrict, app_store: Store, change: dict[str, Any]
) -> None:
    admin = caller(district.consoles["district_admin"])
    body = {"format": "feishu", "name": "群", "url": ROOM, "secret": SECRET}
    assert code(admin.post("/api/hooks", {**body, **change})) == (422, "bad_input")
    assert count(app_store, hook) == 0
    made = admin.post("/api/hooks", body).json
    assert code(admin.patch(f"/api/hooks/{made['id']}", change)) == (422, "bad_input")
