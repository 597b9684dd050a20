"""Requests that no page of ours sends: a stable answer, never a 500, and nothing that another's page could use."""

import time
from collections.abc import Callable

import pytest
from flask import Flask

from tests.tools.client import Caller
from tests.tools.district import SmallDistrict
from tests.tools.gate import Gate, issued
from tests.tools.proxies import trust

SignIn = Callable[[int | None], Caller]


@pytest.mark.parametrize("origin", ["http://[::1", "http://[x]y", "null", "//", "http://\u00ff"])
def test_an_origin_that_is_no_address_is_a_foreign_one(app: Flask, origin: str) -> None:
    answer = app.test_client().post(
        "/api/session/codes", json={"phone": "19900000000"}, headers={"Origin": origin}
    )
    assert (answer.status_code, answer.json["code"]) == (403, "foreign_origin")


@pytest.mark.parametrize(
    ("path", "status"), [("/" + "a" * 5_000, 200), ("/assets/" + "a" * 5_000, 404), ("/assets/gone.js", 404)]
)
def test_a_name_longer_than_any_files_is_no_file(app: Flask, path: str, status: int) -> None:
    assert app.test_client().get(path).status_code in {status, 503}  # 503: the PWA is not built


def test_a_number_of_five_thousand_digits_is_no_json(caller: SignIn, district: SmallDistrict) -> None:
    guard = caller(district.guards[0][0])
    headers = {"X-CSRF-Token": guard.csrf_token}
    sent = b'{"request_id":' + b"9" * 5_000 + b"}"
    for path in ("/api/check-ins", "/api/me/consents", "/api/session/codes"):
        answer = guard.client.post(path, data=sent, headers=headers, content_type="application/json")
        assert (answer.status_code, answer.json["code"]) == (400, "bad_request"), path
    alarm = guard.client.post("/api/alarms", data=sent, content_type="application/json")
    assert alarm.status_code == 201


@pytest.mark.usefixtures("district")
@pytest.mark.parametrize("path", ["/metrics", "/api/demo/people", "/api/demo/joint-messages"])
def test_what_is_for_this_machine_is_not_for_a_page_whose_name_was_led_here(app: Flask, path: str) -> None:
    """DNS rebinding: a visitor's own browser calls this machine for a page from elsewhere, under its name."""
    client = app.test_client()
    for host in (
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "[::1",
        "localhost.evil.example",
    ):
        answer = client.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json["code"]) == (403, "loopback_only"), host
    for host in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000"):
        assert client.get(path, headers={"Host": host}).status_code == 200, host


def test_pages_are_in_no_frame_and_answers_in_no_other_page(app: Flask) -> None:
    headers = app.test_client().get("/api/openapi.json").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert app.test_client().get("/metrics").headers["Cache-Control"] == "no-store"


def test_an_ipv4_address_written_as_ipv6_is_counted_as_itself(
    app: Flask, caller: SignIn, district: SmallDistrict
) -> None:
    """A server or proxy that listens for both writes ``::ffff:…``: all of IPv4 must not be one address."""
    key = issued(caller(district.consoles["district_admin"]), district.posts[0])["key"]
    gate = Gate(app, "hxg_wrong")
    guesser = {"environ_base": {"REMOTE_ADDR": "::ffff:203.0.113.7"}}
    assert {gate.press(**guesser).status_code for _ in range(30)} == {401}
    assert gate.press(**guesser).status_code == 429
    assert gate.press(environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code == 429
    assert gate.press(environ_base={"REMOTE_ADDR": "::ffff:203.0.113.8"}).status_code == 401
    assert Gate(app, key).press(**guesser).status_code == 201


@pytest.mark.usefixtures("district")
def test_what_a_proxy_says_is_read_with_a_port_and_never_left_uncounted(app: Flask) -> None:
    trust(app, "10.0.0.0/8")
    gate = Gate(app, "hxg_wrong")

    def press(said: str) -> int:
        answer = gate.client.post(
            "/api/device-alarms",
            headers={"Authorization": "Bearer hxg_wrong", "X-Forwarded-For": said},
            environ_base={"REMOTE_ADDR": "10.0.0.1"},
        )
        return answer.status_code

    assert [press(f"203.0.113.7:{4000 + number}") for number in range(31)][-2:] == [401, 429]
    assert press("203.0.113.7") == 429
    assert [press(f"[2001:db8:1::{number}]:443") for number in range(31)][-2:] == [401, 429]
    # Nobody can be told from this: the proxy itself is counted, and no caller gets away without.
    assert [press(said) for said in ("unknown", "%%", "", "999.1.1.1") * 8][-1] == 429


def test_a_body_too_large_to_be_read_stops_no_alarm(
    app: Flask, caller: SignIn, district: SmallDistrict, team: list[list[int]]
) -> None:
    guard, sent = caller(team[0][0]), b'{"claimed_at":"' + b"9" * 300_000 + b'"}'
    pressed = guard.client.post("/api/alarms", data=sent, content_type="application/json")
    assert pressed.status_code == 201
    assert pressed.json["timeline"][0]["facts"]["not_understood"] == ["body"]
    key = issued(caller(district.consoles["district_admin"]), pressed.json["post_id"])["key"]
    gate = app.test_client().post("/api/device-alarms", data=sent, headers={"Authorization": f"Bearer {key}"})
    assert (gate.status_code, gate.json) == (201, {"alarm_id": pressed.json["id"]})


def test_marks_without_end_hold_nobody_up(caller: SignIn, district: SmallDistrict) -> None:
    """Python's library puts them in order in quadratic time: such a body kept a process for ten seconds."""
    guard, admin = caller(district.guards[0][0]), caller(district.consoles["district_admin"])
    marks, claimed_at = "9" + "\u0301\u0316" * 15_000, "2026-11-22T23:15:00Z"
    unit = {"name": "站", "kind": "fire", "desk": "值班台", "telephone": marks}
    began = time.process_time()
    pressed = guard.post("/api/alarms", {"post_code": marks})
    assert pressed.status_code == 201
    assert pressed.json["timeline"][0]["facts"]["not_understood"] == ["post_code"]
    for one, path, body in (
        (guard, "/api/session/codes", {"phone": marks}),
        (guard, "/api/check-ins", {"post_code": marks, "claimed_at": claimed_at}),
        (admin, "/api/units", unit),
    ):
        assert one.post(path, body).status_code == 422, path
    assert time.process_time() - began < 1


def test_what_is_longer_than_anybody_types_is_refused_unread(
    caller: SignIn, district: SmallDistrict, team: list[list[int]]
) -> None:
    """Whatever of it nobody sees: a look at each of 250,000 characters keeps all others for a fifth of a second."""
    guard, unseen = caller(team[0][0]), "\u200b" * 2_000
    alarm = guard.post("/api/alarms", {"post_code": district.codes[0] + unseen}).json
    assert alarm["timeline"][0]["facts"]["not_understood"] == ["post_code"]
    for path, body in (
        ("/api/session/codes", {"phone": f"19900000000{unseen}"}),
        (f"/api/alarms/{alarm['id']}/notes", {"text": f"在门口{unseen}"}),
    ):
        assert guard.post(path, body).status_code == 422, path


def test_lists_without_end_hold_nobody_up(caller: SignIn, district: SmallDistrict) -> None:
    """The library reads a list before it looks how long it is: 85,000 empty things kept a process for ten seconds."""
    nobody, guard = caller(None), caller(district.guards[0][0])
    school, admin = (caller(district.consoles[role]) for role in ("school_admin", "district_admin"))
    many = [{}] * 40_000
    began = time.process_time()
    for answer, field in (
        (nobody.post("/api/guards", {"consents": many}), "consents"),
        (guard.post("/api/positions", {"fixes": many}), "fixes"),
        (school.post("/api/guards/approvals", {"account_ids": [1], "claims": many}), "claims"),
        (school.post("/api/guards/approvals", {"account_ids": many}), "account_ids"),
        (admin.put("/api/escalation-plans/any", {"steps": many}), "steps"),
        (admin.post("/api/joint-plans", {"support_unit_ids": many}), "support_unit_ids"),
    ):
        assert (answer.status_code, answer.json["fields"][field]) == (422, ["wrong_length"])
        assert len(answer.data) < 1_000
    assert time.process_time() - began < 2
