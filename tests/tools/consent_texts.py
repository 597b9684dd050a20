"""Writing and publishing texts of consents, and answering them, as console and phone do."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from tests.tools.client import Caller
from tests.tools.district import LATITUDE, LONGITUDE
from tests.tools.phone import Phone

BUILT_IN = "2026-11"
TITLE = {"zh": "值岗时共享我的位置", "en": "Share my place on duty"}
TEXT = {"zh": "只在值岗时。\n\n留 {days} 天。", "en": "On duty alone.\n\nKept {days} days."}
CHANGE = {"zh": "派出所也能看到。", "en": "The station sees it, too."}


def desk(admin: Caller, kind: str = "position") -> Any:
    items = admin.get("/api/consent-texts/desk").json["items"]
    return next(one for one in items if one["kind"] == kind)


def draft(admin: Caller, kind: str = "position", revision: int | None = None, **words: Any) -> Any:
    seen = desk(admin, kind)["draft"]["revision"] if revision is None else revision
    sent = {"revision": seen, "title": TITLE, "text": TEXT, **words}
    return admin.put(f"/api/consent-texts/{kind}/draft", sent)


def publish(admin: Caller, kind: str = "position", *, material: bool = False, **words: Any) -> str:
    """Write a draft and put it in force; gives its version."""
    kept = draft(admin, kind, **words)
    assert kept.status_code == 200, kept.json
    sent = {"revision": kept.json["draft"]["revision"], "change": CHANGE, "material": material}
    answer = admin.post(f"/api/consent-texts/{kind}/publication", sent)
    assert answer.status_code == 200, answer.json
    version: str = answer.json["versions"][0]["version"]
    return version


def answer(guard: Caller | Phone, version: str, given: bool = True, kind: str = "position") -> Any:
    sent = {"request_id": str(uuid4()), "kind": kind, "version": version, "given": given}
    return guard.post("/api/me/consents", sent)


def own(guard: Caller) -> Any:
    return guard.get("/api/me/consents").json


def asked(guard: Caller) -> bool:
    found: bool = guard.get("/api/me").json["asks_consent"]
    return found


def send_place(guard: Caller, at: datetime) -> Any:
    fix = {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy_m": 8, "at": at.isoformat()}
    return guard.post("/api/positions", {"fixes": [fix]})
