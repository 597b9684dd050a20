"""What an administrator's page of places sends."""

from typing import Any

from werkzeug.test import TestResponse

from tests.tools.client import Caller
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict

POSTS = "/api/places/posts"
HEADS = {"staff": 2, "security": 2, "volunteer": 2, "police": 1}


def new_post(district: SmallDistrict) -> dict[str, Any]:
    """Give the body of another post of the first school."""
    return {
        "name": "青禾第1小学 北门",
        "gate": "北门",
        "area": "北门至路口",
        "school_id": district.schools[0],
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
        "datum": "wgs84",
        "fence_radius_m": 120,
        "heads": HEADS,
    }


def seen(desk: Caller, post_id: int) -> dict[str, Any]:
    """Read a post as it is."""
    found: dict[str, Any] = desk.get(f"{POSTS}/{post_id}").json  # type: ignore[assignment]
    return found


def change(desk: Caller, found: dict[str, Any], **other: Any) -> TestResponse:
    """Change some of a post as it was seen."""
    same = ("name", "gate", "area", "school_id", "fence_radius_m", "heads", "version")
    body = {**{name: found[name] for name in same}, **found["wgs84"], "datum": "wgs84"}
    return desk.post(f"{POSTS}/{found['id']}/changes", {**body, **other})


def archive(desk: Caller, found: dict[str, Any], archived: bool = True) -> TestResponse:
    """Archive a post as it was seen, or take it back."""
    body = {"version": found["version"], "archived": archived, "reason": "校门封闭"}
    return desk.post(f"{POSTS}/{found['id']}/archiving", body)


def names(desk: Caller, **query: Any) -> list[str]:
    """Name the posts of a list."""
    found = desk.get(POSTS, **query).json
    assert found is not None
    return [one["name"] for one in found["items"]]


def check_in(guard: Caller, printed: str) -> TestResponse:
    """Check a guard in on the morning on which tests begin."""
    body = {"post_code": printed, "fix": None, "claimed_at": "2026-11-22T23:15:00Z", "queued": False}
    return guard.post("/api/check-ins", body)
