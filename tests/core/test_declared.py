"""Every route declares who may call it, and strangers get no further than that."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from server.core.access.roles import Role
from server.core.http.refusals import REFUSALS
from tests.tools.client import Caller
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]
# flask-smorest's own route: the document that describes all the others.
DOCUMENT = {"api-docs.openapi_json"}


def routes(app: Flask) -> Iterator[tuple[str, str, object]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in DOCUMENT:
            continue
        allowed = getattr(app.view_functions[rule.endpoint], "allowed", None)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield method, rule.rule, allowed


def test_every_route_declares_who_may_call_it(app: Flask) -> None:
    assert [path for _method, path, allowed in routes(app) if allowed is None] == []


def path_of(rule: str) -> str:
    """Fill a rule's variables in: numbers with 1, the names of tests with some UUID, anything else with a word."""
    rule = re.sub(r"<uuid:\w+>", "12345678-1234-4234-8234-123456789012", rule)
    return re.sub(r"<[^>]+>", "1", rule)


def test_without_a_session_every_closed_route_says_so_before_it_reads_the_body(
    app: Flask, caller: SignIn
) -> None:
    stranger = caller(None)
    for method, rule, allowed in routes(app):
        if allowed in {"public", "device"}:
            continue
        answer = stranger.client.open(
            path_of(rule), method=method, data=b"{", content_type="application/json"
        )
        assert (answer.status_code, answer.json["code"]) == (401, "no_session"), (method, rule)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.GUARD])
def test_a_role_that_is_not_declared_is_turned_away_before_the_body_is_read(
    app: Flask, caller: SignIn, district: SmallDistrict, role: Role
) -> None:
    one = caller(district.consoles[role.value])
    for method, rule, allowed in routes(app):
        if allowed in {"public", "device"} or role in allowed:  # type: ignore[operator]
            continue
        headers = {"X-CSRF-Token": one.csrf_token}
        answer = one.client.open(
            path_of(rule), method=method, data=b"{", content_type="application/json", headers=headers
        )
        assert (answer.status_code, answer.json["code"]) == (403, "not_your_role"), (method, rule)


def test_a_write_without_the_csrf_token_or_from_a_foreign_page_is_refused(
    caller: SignIn, district: SmallDistrict
) -> None:
    guard = caller(district.guards[0][0])
    bare = guard.client.post("/api/check-outs", json={})
    assert (bare.status_code, bare.json["code"]) == (403, "bad_csrf_token")
    foreign = guard.client.post("/api/check-outs", json={}, headers={"Origin": "https://elsewhere.example"})
    assert (foreign.status_code, foreign.json["code"]) == (403, "foreign_origin")
    cross = guard.client.post("/api/check-outs", json={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (cross.status_code, cross.json["code"]) == (403, "foreign_origin")


def test_a_body_of_a_megabyte_and_a_body_that_is_no_json_are_refused(
    caller: SignIn, district: SmallDistrict
) -> None:
    guard = caller(district.guards[0][0])
    headers = {"X-CSRF-Token": guard.csrf_token}
    large = guard.client.post(
        "/api/check-outs",
        data=b'{"a":"' + b"x" * 1_000_000 + b'"}',
        headers=headers,
        content_type="application/json",
    )
    assert (large.status_code, large.json["code"]) == (413, "too_large")
    broken = guard.client.post("/api/check-outs", data=b"{", headers=headers, content_type="application/json")
    assert (broken.status_code, broken.json["code"]) == (400, "bad_request")


def test_the_document_has_the_events_and_its_refusals(app: Flask) -> None:
    document = app.test_client().get("/api/openapi.json").json
    assert set(document["webhooks"]) == {
        "coverage.changed",
        "post.changed",
        "alarm.changed",
        "check_in.changed",
        "channel_test.sent",
        "guard.changed",
        "drill.changed",
        "device_test.changed",
        "job.changed",
        "roster.published",
        "places.changed",
        "duty.answered",
    }
    for hook in document["webhooks"].values():
        schema = hook["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        assert schema.rsplit("/", 1)[1] in document["components"]["schemas"]
    assert all(400 <= status < 600 for status in REFUSALS.values())


def test_a_number_that_no_row_can_have_is_not_found(
    app: Flask, caller: SignIn, district: SmallDistrict
) -> None:
    dispatcher = caller(district.consoles["dispatcher"])
    numbered = [(method, rule) for method, rule, _allowed in routes(app) if "<int:" in rule]
    assert numbered
    for method, rule in numbered:
        path = re.sub("<int:[^>]*>", str(2**70), rule)
        headers = {"X-CSRF-Token": dispatcher.csrf_token}
        answer = dispatcher.client.open(path, method=method, json={}, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found"), (method, rule)
