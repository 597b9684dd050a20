"""Webhooks against a real server: each format as its service documents it, and whatever comes back."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from server.delivery.channels import robots, signed
from server.delivery.channels.base import NotSent
from server.delivery.channels.hooks import ChatRobots, PlainWebhooks
from server.delivery.channels.outside import Bounds
from server.delivery.rules.channels import HookFormat, channel_of
from server.delivery.tables import Hook
from tests.tools import gateway as gateways
from tests.tools.gateway import Gateway
from tests.tools.outward import SECRET

BOUNDS = Bounds(hosts=frozenset({"127.0.0.1"}), private=True, connect_s=20, total_s=30)
AT = 1_764_000_000.25
TAKEN = {"wecom": b'{"errcode":0,"errmsg":"ok"}', "dingtalk": b'{"errcode":0}', "feishu": b'{"code":0}'}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Run a gateway on loopback."""
    with gateways.running() as one:
        yield one


def _finding(gateway: Gateway, kind: str, secret: str | None) -> Callable[[int], Hook]:
    return lambda number: Hook(
        id=number,
        district_id=1,
        station_id=None,
        channel=channel_of(HookFormat(kind)).value,
        format=kind,
        name="群",
        url=gateway.url,
        secret=secret,
        enabled=True,
        changed_at=datetime.fromtimestamp(AT, UTC),
        last_ok_at=None,
        last_try_at=None,
        last_reason=None,
        failures=0,
    )


def _say(gateway: Gateway, kind: str, secret: str | None = SECRET) -> dict[str, Any]:
    gateway.answer = TAKEN[kind]
    ChatRobots(_finding(gateway, kind, secret), BOUNDS, lambda: AT).send("1", "有人闯入", "alarm:1:3:chat")
    sent: dict[str, Any] = json.loads(gateway.calls[-1][1])
    return sent


def test_wecom_takes_a_text_and_the_double_has_the_same_mark(gateway: Gateway) -> None:
    first, second = _say(gateway, "wecom"), _say(gateway, "wecom")
    assert first["msgtype"] == "text"
    assert first["text"]["content"].startswith("有人闯入〔")
    assert first == second
    assert {headers["X-Huxue-Reference"] for headers, _body in gateway.calls} == {"alarm:1:3:chat"}


def test_dingtalk_is_signed_in_the_address_with_milliseconds(gateway: Gateway) -> None:
    sent = _say(gateway, "dingtalk")
    assert (sent["msgtype"], sent["at"]) == ("text", {"isAtAll": True})
    url, _body = robots.written(HookFormat.DINGTALK, url=gateway.url, secret=SECRET, text="x", at_s=AT)
    asked = parse_qs(urlsplit(url).query)
    wanted = b64encode(hmac.digest(SECRET.encode(), f"1764000000250\n{SECRET}".encode(), "sha256"))
    assert asked["timestamp"] == ["1764000000250"]
    assert asked["sign"] == [wanted.decode()]
    plain, _body = robots.written(HookFormat.DINGTALK, url=gateway.url, secret=None, text="x", at_s=AT)
    assert plain == gateway.url


def test_feishu_is_signed_in_the_body_with_seconds(gateway: Gateway) -> None:
    sent = _say(gateway, "feishu")
    wanted = b64encode(hmac.digest(f"1764000000\n{SECRET}".encode(), b"", "sha256")).decode()
    assert (sent["timestamp"], sent["sign"], sent["msg_type"]) == ("1764000000", wanted, "text")
    assert sent["content"]["text"].startswith("有人闯入")
    assert "sign" not in _say(gateway, "feishu", secret=None)


@pytest.mark.parametrize(
    ("kind", "answer", "reason", "again"),
    [
        ("wecom", b'{"errcode":93000,"errmsg":"invalid webhook url"}', "code_93000", False),
        ("wecom", b'{"errcode":45009,"errmsg":"api freq out of limit"}', "code_45009", True),
        ("wecom", b'{"errcode":-1,"errmsg":"system error"}', "code_-1", True),
        ("dingtalk", b'{"errcode":310000,"errmsg":"sign not match"}', "code_310000", False),
        ("feishu", b'{"code":19021,"msg":"sign match fail"}', "code_19021", False),
        ("feishu", b'{"StatusCode":0,"code":9499}', "code_9499", True),
        ("wecom", b"<html>", "not_json", True),
        ("wecom", b"", "not_json", True),
        ("wecom", b"[]", "not_json", True),
        ("wecom", b'{"ok":true}', "not_json", True),
        ("wecom", b'{"errcode":"0"}', "not_json", True),
        ("wecom", b"[" * 60_000, "not_json", True),
        ("feishu", b"\xff\xfe", "not_json", True),
    ],
)
def test_a_200_that_says_no_is_a_failure(
    gateway: Gateway, kind: str, answer: bytes, reason: str, again: bool
) -> None:
    """The status of these services is always 200; only the body says."""
    gateway.answer = answer
    with pytest.raises(NotSent) as refused:
        ChatRobots(_finding(gateway, kind, SECRET), BOUNDS).send("1", "x", "r")
    assert (refused.value.reason, refused.value.again) == (reason, again)


@pytest.mark.parametrize(
    ("kind", "status", "answer", "reason", "again"),
    [
        ("feishu", "400", b'{"code":9499,"msg":"Bad Request"}', "code_9499", True),
        ("feishu", "400", b'{"code":11232,"msg":"frequency limited"}', "code_11232", True),
        ("feishu", "400", b'{"code":19001,"msg":"param invalid"}', "code_19001", False),
        (
            "feishu",
            "429",
            b'{"code":99991400,"msg":"request trigger frequency limit"}',
            "code_99991400",
            True,
        ),
        ("wecom", "500", b'{"errcode":93000,"errmsg":"invalid webhook url"}', "code_93000", False),
        ("dingtalk", "403", b'{"errcode":130101,"errmsg":"send too fast"}', "code_130101", True),
        # Another service's code means nothing here.
        ("dingtalk", "200", b'{"errcode":9499}', "code_9499", False),
        # Taken, says the body, and not, says the status: not.
        ("wecom", "502", b'{"errcode":0}', "status_502", True),
        ("wecom", "404", b'{"errcode":0}', "status_404", False),
        # Where the body says nothing, the status does.
        ("feishu", "429", b"slow down", "status_429", True),
        ("feishu", "400", b"<html>", "status_400", False),
        ("wecom", "200", b'{"errcode":false}', "not_json", True),
    ],
)
def test_the_body_is_read_before_the_status(
    gateway: Gateway, kind: str, status: str, answer: bytes, reason: str, again: bool
) -> None:
    gateway.how, gateway.answer = status, answer
    with pytest.raises(NotSent) as refused:
        ChatRobots(_finding(gateway, kind, SECRET), BOUNDS).send("1", "x", "r")
    assert (refused.value.reason, refused.value.again) == (reason, again)


@pytest.mark.parametrize(
    ("how", "reason"),
    [("html", "not_json"), ("huge", "answer_too_large"), ("redirect", "redirected"), ("500", "status_500")],
)
@pytest.mark.parametrize("kind", [*TAKEN, "plain"])
def test_pages_floods_and_redirects_are_failures(gateway: Gateway, kind: str, how: str, reason: str) -> None:
    gateway.how = how
    way = PlainWebhooks if kind == "plain" else ChatRobots
    with pytest.raises(NotSent) as refused:
        way(_finding(gateway, kind, SECRET), BOUNDS).send("1", "{}", "r")
    assert refused.value.reason == reason
    assert gateway.redirected == []


def test_a_plain_webhook_is_signed_and_carries_the_reference(gateway: Gateway) -> None:
    PlainWebhooks(_finding(gateway, "plain", SECRET), BOUNDS, lambda: AT).send(
        "1", '{"place": "南门"}', "r:1"
    )
    ((headers, body),) = gateway.calls
    assert json.loads(body) == {"place": "南门", "reference": "r:1"}
    assert headers["X-Huxue-Signature"] == f"sha256={signed.signature(SECRET, '1764000000', body)}"
    by_hand = hmac.new(SECRET.encode(), b"1764000000." + body, sha256).hexdigest()
    assert headers["X-Huxue-Signature"] == f"sha256={by_hand}"
    gateway.answer = b""
    PlainWebhooks(_finding(gateway, "plain", SECRET), BOUNDS).send("1", "{}", "r:2")


def test_a_hook_that_was_removed_is_no_crash(gateway: Gateway) -> None:
    with pytest.raises(NotSent, match="no_hook"):
        ChatRobots(lambda _number: None, BOUNDS).send("7", "x", "r")


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_a_place_calls_nobody_by_name(gateway: Gateway, kind: str) -> None:
    """A gate may be called anything in an import file; a room must not be rung together by it."""
    gateway.answer = TAKEN[kind]
    text = '<at user_id="all">所有人</at> <@zhang> 南门'
    ChatRobots(_finding(gateway, kind, SECRET), BOUNDS, lambda: AT).send("1", text, "alarm:1:3:chat")
    assert b"<" not in gateway.calls[-1][1]
    assert "南门" in gateway.calls[-1][1].decode()
