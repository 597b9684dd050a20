"""Plans weeks as a school's desk does."""

from typing import Any

from werkzeug.test import TestResponse

from tests.tools.client import Caller

MORNING_PEAK, AFTERNOON_PEAK = "morning_arrival", "afternoon_dismissal"


def week(desk: Caller, monday: str, school_id: int | None = None) -> Any:
    """Give a school's week."""
    asked = {} if school_id is None else {"school_id": school_id}
    answer = desk.get("/api/roster/week", week=monday, **asked)
    assert answer.status_code == 200, answer.json
    return answer.json


def seat(found: Any, on: str, group: str, number: int = 1, peak: str = MORNING_PEAK, post: int = 0) -> Any:
    """Give a seat of a week."""
    return next(
        one
        for one in found["posts"][post]["seats"]
        if (one["date"], one["group"], one["seat"], one["peak"]) == (on, group, number, peak)
    )


def edit(
    post_id: int,
    on: str,
    group: str,
    account_id: int | None,
    *,
    version: int = 0,
    number: int = 1,
    peak: str = MORNING_PEAK,
) -> dict[str, Any]:
    """Make a change of a seat."""
    named = {"post_id": post_id, "date": on, "peak": peak, "group": group, "seat": number}
    return {**named, "account_id": account_id, "version": version}


def planned(desk: Caller, *edits: dict[str, Any], **more: Any) -> TestResponse:
    """Change seats."""
    return desk.post("/api/roster/seats", {"seats": list(edits), **more})


def published(desk: Caller, monday: str, school_id: int, seen: str | None = None) -> TestResponse:
    """Publish a week as it is now, or as it was seen."""
    mark = seen or week(desk, monday, school_id)["fingerprint"]
    return desk.post("/api/roster/publication", {"school_id": school_id, "week": monday, "seen": mark})
