"""Asks for sheets of the calendar and changes days of them, as consoles do."""

from collections.abc import Sequence
from typing import Any

from werkzeug.test import TestResponse

from tests.tools.client import Caller

REASON = "区教育局通知"


def sheet(desk: Caller, year: int, school_id: int | None = None) -> Any:
    """Give a year's sheet."""
    asked = {} if school_id is None else {"school_id": school_id}
    answer = desk.get(f"/api/calendar/years/{year}", **asked)
    assert answer.status_code == 200, answer.json
    return answer.json


def day(desk: Caller, on: str, school_id: int | None = None) -> Any:
    """Give one day of a sheet."""
    found = sheet(desk, int(on[:4]), school_id)
    return next(one for one in found["days"] if one["date"] == on)


def edited(
    desk: Caller, days: dict[str, int] | Sequence[str], kind: str, school_id: int | None = None, **more: Any
) -> TestResponse:
    """Change days; a sequence of them are changed as they are seen now."""
    if not isinstance(days, dict):
        days = {on: day(desk, on, school_id)["version"] for on in days}
    body = {
        "school_id": school_id,
        "days": [{"date": on, "version": version} for on, version in days.items()],
        "kind": kind,
        "reason": REASON,
        **more,
    }
    return desk.post("/api/calendar/days", body)
