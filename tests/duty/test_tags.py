"""``GET /api/me`` and ``GET /api/duty`` are not sent again while nothing changed, and always after a change."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from server.core.database.transaction import Store
from server.people.tables import account
from server.places.tables import district as districts
from server.places.tables import post, school
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict
from tests.tools.keys import sealed

SignIn = Callable[[int | None], Caller]


class Page:
    """A phone's page that keeps what it was told, with its tags."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.kept = {path: caller.get(path) for path in ("/api/me", "/api/duty")}

    def sent_again(self) -> set[str]:
        """Ask for both by their tags; gives what is sent again, and makes sure that it had to be."""
        sent = set()
        for path, known in self.kept.items():
            answer = self.caller.client.get(path, headers={"If-None-Match": known.headers["ETag"]})
            fresh = self.caller.get(path)
            assert answer.headers["Cache-Control"] == fresh.headers["Cache-Control"] == "no-store"
            assert answer.status_code in {200, 304}
            assert answer.headers["ETag"] == fresh.headers["ETag"]
            assert (answer.status_code == 304) == (said(fresh.json) == said(known.json)), path
            if answer.status_code == 304:
                assert answer.data == b""
            else:
                assert said(answer.json) == said(fresh.json)
                sent.add(path)
            self.kept[path] = fresh
        return sent


def said(told: Any) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "server_time"}


@pytest.fixture
def page(caller: SignIn, district: SmallDistrict, clock: WoundClock) -> Page:
    """Let a duty leader stand at the first post."""
    guard = caller(district.guards[0][0])
    guard.post("/api/check-ins", body(district.codes[0], clock.now(), device_id="own"))
    return Page(guard)


def test_what_a_page_has_is_not_sent_again_whatever_time_it_is(page: Page, clock: WoundClock) -> None:
    assert page.sent_again() == set()
    clock.wind(seconds=40)
    assert page.sent_again() == set()
    tag = page.kept["/api/me"].headers["ETag"]
    again = page.caller.client.get("/api/me", headers={"If-None-Match": tag})
    assert (again.status_code, again.headers["X-Server-Time"]) == (
        304,
        page.kept["/api/me"].json["server_time"],
    )


def test_after_every_change_it_is(
    page: Page, caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    me, duty = "/api/me", "/api/duty"
    mine, other, far = page.caller.account_id, caller(district.guards[0][4]), {"accuracy_m": 9.0}
    desk = caller(district.consoles["station_officer"])

    def come(one: Caller, **more: Any) -> int:
        answer = one.post("/api/check-ins", body(district.codes[0], clock.now(), device_id="other", **more))
        number: int = answer.json["id"]
        return number

    assert page.sent_again() == set()
    away = {**far, "latitude": LATITUDE + 0.02, "longitude": LONGITUDE, "at": clock.now().isoformat()}
    waits = come(other, fix=away)
    assert page.sent_again() == {duty}, "somebody came, who waits"
    assert desk.post(f"/api/check-ins/{waits}/confirmation").status_code == 200
    assert page.sent_again() == {duty}, "he is confirmed"
    page.caller.post("/api/me/consents", {"kind": "position", "version": "2026-11", "given": False})
    assert page.sent_again() == set(), "neither tells of consents"
    rows: list[tuple[Any, dict[str, Any], set[str]]] = [
        (update(account).where(account.c.id == mine), {"name": "改名"}, {me, duty}),
        (update(account).where(account.c.id == mine), {"phone": "13900009999"}, {me}),
        (update(account).where(account.c.id == mine), {"category": "teacher"}, {me, duty}),
        (update(account).where(account.c.id == mine), {"status": "pending"}, {me}),
        (update(account).where(account.c.id == mine), {"school_id": district.schools[1]}, {me}),
        (update(account).where(account.c.id == mine), {"station_id": district.stations[1]}, {me}),
        (update(school).where(school.c.id == district.schools[0]), {"telephone": "0551-1"}, {duty}),
        (update(post).where(post.c.id == district.posts[0]), {"area": "东侧"}, {duty}),
        (update(post).where(post.c.id == district.posts[0]), {"latitude": LATITUDE + 0.0001}, {duty}),
        (update(districts), {"name": "另区"}, {me}),
    ]
    for statement, values, changed in rows:
        with app_store.transaction(clock.now()) as transaction:
            kept = sealed(transaction.connection, account, **values) if "phone" in values else values
            transaction.connection.execute(statement.values(**kept))
        assert page.sent_again() == changed, values
    clock.wind(minutes=37)
    assert other.post("/api/check-outs").status_code == 201
    assert page.sent_again() == {duty}, "he has left"
    clock.wind(minutes=30)
    assert page.sent_again() == {duty}, "the peak is over, the next one is another"


def test_one_who_is_suspended_or_signed_out_is_told_so_whatever_he_has(
    page: Page, clock: WoundClock, app_store: Store
) -> None:
    client, tags = (
        page.caller.client,
        {of: {"If-None-Match": one.headers["ETag"]} for of, one in page.kept.items()},
    )
    with app_store.transaction(clock.now()) as transaction:
        suspends = update(account).where(account.c.id == page.caller.account_id)
        transaction.connection.execute(suspends.values(status="suspended"))
    suspended = client.get("/api/duty", headers=tags["/api/duty"])
    assert (suspended.status_code, suspended.json["code"]) == (403, "suspended")
    now = client.get("/api/me", headers=tags["/api/me"])
    assert (now.status_code, now.json["account"]["status"]) == (200, "suspended")
    page.caller.delete("/api/session")
    client.set_cookie("huxue", page.caller.token)
    for path, tag in tags.items():
        assert client.get(path, headers=tag).status_code == 401


def test_a_tag_of_one_session_is_none_of_another(page: Page, caller: SignIn, district: SmallDistrict) -> None:
    tags = {path: {"If-None-Match": known.headers["ETag"]} for path, known in page.kept.items()}
    for of in (district.guards[0][0], district.guards[0][1]):
        other = caller(of)
        assert other.client.get("/api/me", headers=tags["/api/me"]).status_code == 200, "another CSRF token"
    assert other.client.get("/api/duty", headers=tags["/api/duty"]).status_code == 200
