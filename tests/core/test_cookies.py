"""The session's cookie outside the demo: bound to this host and to HTTPS, hidden from scripts."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from server.app import create_app
from server.config import read_settings
from server.people.service import passwords
from server.people.tables import account
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict, make_district
from tests.tools.keys import TEST_KEYS

PASSWORD = "invented-password-1"
HERE: dict[str, Any] = {"base_url": "https://huxue.example", "headers": {"Origin": "https://huxue.example"}}


@pytest.fixture
def production(sqlite_url: str, clock: WoundClock) -> Iterator[Flask]:
    """Make the application as a district runs it, with a dispatcher who has a password."""
    environment = {
        "HUXUE_PUBLIC_URL": "https://huxue.example",
        "HUXUE_KEYS": TEST_KEYS,
        "HUXUE_DATABASE_URL": sqlite_url,
        "HUXUE_ENGINE": "threads",
    }
    app = create_app(read_settings(environment), now=clock.now)
    store = app.extensions["huxue"].store
    district: SmallDistrict = make_district(store, clock.now())
    with store.transaction(clock.now()) as transaction:
        transaction.connection.execute(
            update(account)
            .where(account.c.id == district.consoles["dispatcher"])
            .values(password_hash=passwords.hash_password(PASSWORD))
        )
    yield app
    store.close()


def sign_in(app: Flask) -> tuple[TestResponse, str, set[str]]:
    """Sign in; gives the answer, the cookie's name and value, and its attributes."""
    body = {"username": "dispatcher", "password": PASSWORD}
    answer = app.test_client().post("/api/session/password", json=body, **HERE)
    assert answer.status_code == 200, answer.json
    device, cookie = answer.headers.getlist("Set-Cookie")
    assert device.startswith("__Host-huxue-device=")
    first, *attributes = [part.strip() for part in cookie.split(";")]
    return answer, first, set(attributes)


def test_its_flags(production: Flask) -> None:
    _answer, first, attributes = sign_in(production)
    name, _, value = first.partition("=")
    assert name == "__Host-huxue"
    assert len(value) >= 43
    # What the prefix asks for: Secure, the whole path, and no domain.
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= attributes
    assert not [one for one in attributes if one.lower().startswith("domain")]


def test_only_its_own_name_signs_in(production: Flask) -> None:
    """A cookie without the prefix could have been planted by a neighbouring host or over plain HTTP."""
    _answer, first, _attributes = sign_in(production)
    value = first.partition("=")[2]
    client = production.test_client(use_cookies=False)
    for cookie, status in ((f"__Host-huxue={value}", 200), (f"huxue={value}", 401)):
        answer = client.get("/api/me", base_url=HERE["base_url"], headers={"Cookie": cookie})
        assert answer.status_code == status, cookie


def test_signing_out_takes_it_back_with_the_same_flags(production: Flask) -> None:
    answer, first, _attributes = sign_in(production)
    headers = {**HERE["headers"], "Cookie": first, "X-CSRF-Token": answer.json["me"]["csrf_token"]}
    client = production.test_client(use_cookies=False)
    out = client.delete("/api/session", base_url=HERE["base_url"], headers=headers)
    assert out.status_code in {200, 204}
    [cookie] = out.headers.getlist("Set-Cookie")
    name, *attributes = [part.strip() for part in cookie.split(";")]
    assert name == "__Host-huxue="
    # Browsers drop a cookie with this prefix, and so its end, unless it says Secure and the whole path.
    assert {"Secure", "Path=/"} <= set(attributes)
    assert any(one in {"Max-Age=0", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"} for one in attributes)
    assert client.get("/api/me", base_url=HERE["base_url"], headers=headers).status_code == 401


def test_the_demo_does_not_exist(production: Flask) -> None:
    client = production.test_client()
    for path in ("/api/demo/people", "/api/demo/messages?request=x"):
        assert client.get(path, base_url=HERE["base_url"]).status_code == 404
    assert client.post("/api/demo/sessions", json={"who": "guard"}, **HERE).status_code == 404


def test_the_document_of_the_api_is_for_signed_in_consoles(production: Flask, clock: WoundClock) -> None:
    store = production.extensions["huxue"].store
    with store.read() as connection:
        found = {row.role: row.id for row in connection.execute(select(account.c.role, account.c.id))}
    client = production.test_client(use_cookies=False)
    wanted = {"guard": 403, "auditor": 403, "school_admin": 200, "station_officer": 200, "dispatcher": 200}
    assert client.get("/api/openapi.json", **HERE).status_code == 401
    for role, status in wanted.items():
        cookie = f"__Host-huxue={Caller(production, found[role], clock.now()).token}"
        answer = client.get("/api/openapi.json", base_url=HERE["base_url"], headers={"Cookie": cookie})
        assert (answer.status_code, "paths" in answer.json) == (status, status == 200), role
