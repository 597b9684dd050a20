"""Texts of consents: drafted and published by a district, read by anybody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.people.tables import consent_text
from tests.tools.client import Caller
from tests.tools.consent_texts import BUILT_IN, CHANGE, TEXT, TITLE, desk, draft, publish
from tests.tools.district import SmallDistrict
from tests.tools.duty import count

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def admin(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def test_a_district_without_texts_of_its_own_has_the_built_in_ones_and_nobody_has_to_write_any(
    app: Flask, caller: SignIn, district: SmallDistrict
) -> None:
    public = caller(None).get("/api/consent-texts").json["items"]
    here = caller(None).get("/api/consent-texts", post_code=district.codes[0]).json["items"]
    assert [one["district"] for one in (*public, *here)] == [None, None]
    assert public[0]["texts"] == here[0]["texts"]
    texts = {one["kind"]: one for one in here[0]["texts"]}
    assert {one["version"] for one in texts.values()} == {BUILT_IN}
    assert [one["required"] for one in texts.values()] == [True, True, False]
    assert texts["position"]["text"] == {
        "zh": "签退即停，留 7 天；不同意也能签到",
        "en": "stops at check-out, kept 7 days; check-in works without",
    }
    unknown = caller(None).get("/api/consent-texts", post_code="NOSUCHCODE")
    assert (unknown.status_code, unknown.json["code"]) == (404, "unknown_post")


def test_a_text_is_drafted_seen_by_nobody_else_and_published(
    admin: Caller, caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    kept = draft(admin)
    assert (kept.json["draft"]["title"], kept.json["draft"]["text"]) == (TITLE, TEXT)
    assert kept.json["draft"]["edited_by"] == "测试district_admin"
    assert [one["version"] for one in kept.json["versions"]] == [BUILT_IN]
    assert caller(None).get("/api/consent-texts").json["items"][0]["texts"][2]["version"] == BUILT_IN
    version = publish(admin)
    newest, built_in = desk(admin)["versions"]
    assert (version, newest["published_by"]) == ("2026-11-23", "测试district_admin")
    assert (newest["change"], newest["material"], newest["in_force"]) == (CHANGE, False, True)
    assert newest["raw_text"] == TEXT
    assert newest["text"]["zh"].endswith("留 7 天。")
    assert (built_in["gave"], built_in["in_force"], built_in["published_at"]) == (21, False, None)
    told = caller(None).get("/api/consent-texts").json["items"]
    assert [(one["district"], one["texts"][2]["version"]) for one in told] == [("青禾区", version)]
    assert desk(admin)["draft"]["title"] is None
    with app_store.read() as connection:
        rows = connection.execute(select(audit_row).where(audit_row.c.act == "consent_text.published")).all()
    assert [row.facts for row in rows] == [
        {"kind": "position", "version": version, "material": False, "change": CHANGE["zh"]}
    ]


def test_a_tab_that_shows_an_older_draft_writes_over_nothing(admin: Caller, district: SmallDistrict) -> None:
    theirs = {"zh": "别人的题目", "en": "Somebody else's title"}
    assert draft(admin, revision=0).status_code == 200
    assert draft(admin, revision=1, title=theirs).status_code == 200
    for stale in (0, 1):
        refused = draft(admin, revision=stale)
        assert (refused.status_code, refused.json["code"]) == (409, "draft_changed")
        assert refused.json["facts"]["by"] == "测试district_admin"
        publication = {"revision": stale, "change": CHANGE, "material": True}
        assert (
            admin.post("/api/consent-texts/position/publication", publication).json["code"] == "draft_changed"
        )
        ending = admin.post("/api/consent-texts/position/draft/cancellation", {"revision": stale})
        assert ending.json["code"] == "draft_changed"
    assert desk(admin)["draft"]["title"] == theirs
    assert len(desk(admin)["versions"]) == 1
    publish(admin)
    assert draft(admin, revision=0).json["code"] == "draft_changed", "published meanwhile, and ended"


def test_a_draft_is_ended_and_a_retry_changes_nothing(admin: Caller, district: SmallDistrict) -> None:
    kept = draft(admin).json["draft"]["revision"]
    again = {"request_id": str(uuid4()), "revision": kept}
    ended = admin.post("/api/consent-texts/position/draft/cancellation", again)
    assert ended.json["draft"]["title"] is None
    assert admin.post("/api/consent-texts/position/draft/cancellation", again).json == ended.json
    number = draft(admin).json["draft"]["revision"]
    sent = {"request_id": str(uuid4()), "revision": number, "change": CHANGE, "material": False}
    first = admin.post("/api/consent-texts/position/publication", sent)
    assert admin.post("/api/consent-texts/position/publication", sent).json == first.json
    assert len(first.json["versions"]) == 2


@pytest.mark.parametrize(
    ("words", "change", "missing"),
    [
        ({"title": {"zh": "", "en": "x"}}, CHANGE, ["title.zh"]),
        ({"text": {"zh": "有", "en": " "}}, {"zh": "改", "en": ""}, ["text.en", "change.en"]),
    ],
)
def test_what_is_not_whole_is_kept_but_not_published(
    admin: Caller, district: SmallDistrict, words: Any, change: Any, missing: list[str]
) -> None:
    number = draft(admin, **words).json["draft"]["revision"]
    sent = {"revision": number, "change": change, "material": False}
    refused = admin.post("/api/consent-texts/position/publication", sent)
    assert (refused.status_code, refused.json["code"]) == (422, "consent_text_incomplete")
    assert refused.json["facts"] == {"missing": missing}
    assert desk(admin)["draft"]["revision"] == number


def test_what_changes_nothing_is_not_published(admin: Caller, district: SmallDistrict) -> None:
    publish(admin)
    number = draft(admin).json["draft"]["revision"]
    sent = {"revision": number, "change": CHANGE, "material": True}
    refused = admin.post("/api/consent-texts/position/publication", sent)
    assert (refused.status_code, refused.json["code"]) == (409, "consent_text_unchanged")
    empty = admin.post("/api/consent-texts/account/publication", {**sent, "revision": 0})
    assert empty.json["code"] == "consent_text_incomplete"
    assert (
        admin.put("/api/consent-texts/sms/draft", {"revision": 0, "title": TITLE, "text": TEXT}).status_code
        == 404
    )


def test_of_ten_who_publish_one_draft_at_once_one_does(admin: Caller, district: SmallDistrict) -> None:
    number = draft(admin).json["draft"]["revision"]
    sent = {"revision": number, "change": CHANGE, "material": False}

    def press(_number: int) -> int:
        return admin.post("/api/consent-texts/position/publication", sent).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(press, range(10)))
    assert answers == [200] + [409] * 9
    assert len(desk(admin)["versions"]) == 2


def test_only_the_districts_administrator_writes_texts(
    caller: SignIn, district: SmallDistrict, app_store: Store
) -> None:
    for role in ("school_admin", "station_officer", "dispatcher", "auditor"):
        console = caller(district.consoles[role])
        assert console.get("/api/consent-texts/desk").status_code == 403
        assert draft(console, revision=0).status_code == 403
    assert draft(caller(district.guards[0][0]), revision=0).status_code == 403
    assert count(app_store, consent_text) == 0
