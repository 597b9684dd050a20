"""Units and plans made through the API, and the links that their messages carry."""

import json
from typing import Any

from sqlalchemy import select

from server.core.database.transaction import Store
from server.delivery.tables import message
from tests.tools.client import Caller

MOBILE, LANDLINE = "19900009001", "0551-00002001"


def add_unit(admin: Caller, name: str, *, kind: str = "fire", telephone: str = MOBILE) -> int:
    """Add a unit; gives its number."""
    answer = admin.post("/api/units", {"name": name, "kind": kind, "telephone": telephone, "desk": "值班室"})
    assert answer.status_code == 201, answer.json
    number: int = answer.json["id"]
    return number


def add_plan(
    admin: Caller, lead: int, *supports: int, kind: str | None = None, school: int | None = None
) -> int:
    """Add a plan; gives its number."""
    body = {"kind": kind, "school_id": school, "lead_unit_id": lead, "support_unit_ids": list(supports)}
    answer = admin.post("/api/joint-plans", body)
    assert answer.status_code == 201, answer.json
    number: int = answer.json["id"]
    return number


def letters(store: Store) -> list[dict[str, Any]]:
    """Give the messages to units with their facts, oldest first."""
    with store.read() as connection:
        query = select(message).where(message.c.purpose == "joint_task").order_by(message.c.id)
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [row | {"facts": json.loads(row["body"])} for row in rows if row["body"]]


def link_of(store: Store, unit: str) -> str:
    """Give the API's address behind the newest link of a unit."""
    token = next(one["facts"]["token"] for one in reversed(letters(store)) if one["facts"]["unit"] == unit)
    return f"/api/joint-links/{token}"
