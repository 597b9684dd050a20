"""The SMS webhook against a real server that fails, hangs, drips, redirects; and where it may not call."""

import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest

from server.config import BadSetting, read_settings
from server.core.database.transaction import Store
from server.delivery.channels.base import NotSent
from server.delivery.channels.demo_list import DemoList
from server.delivery.channels.open_page import OpenPage
from server.delivery.channels.outside import Bounds
from server.delivery.channels.registry import channels_of
from server.delivery.channels.sms import SmsWebhook
from server.delivery.rules.channels import ChannelName
from tests.tools import gateway as gateways
from tests.tools.gateway import Gateway

SECRET = "a secret of the tests, of at least 32 characters"
BOUNDS = Bounds(hosts=frozenset({"127.0.0.1"}), private=True, connect_s=20, total_s=30)
# Long enough for a busy machine, short enough to wait for.
IMPATIENT = replace(BOUNDS, total_s=1.5)
AT = 1_764_000_000


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Run a gateway on loopback."""
    with gateways.running() as one:
        yield one


def _send(url: str, bounds: Bounds = BOUNDS) -> None:
    SmsWebhook(url, SECRET, bounds, lambda: AT).send("19900000001", "验证码 123456", "reference-1")


def _why(url: str, bounds: Bounds = BOUNDS) -> tuple[str, bool]:
    with pytest.raises(NotSent) as refused:
        _send(url, bounds)
    return refused.value.reason, refused.value.again


def test_a_call_is_signed_over_its_time_and_body(gateway: Gateway) -> None:
    """The receiver can check who sent it, when, and that nothing was changed."""
    _send(gateway.url)
    ((headers, body),) = gateway.calls
    assert json.loads(body) == {"to": "19900000001", "text": "验证码 123456", "reference": "reference-1"}
    assert headers["X-Huxue-Timestamp"] == str(AT)
    wanted = hmac.new(SECRET.encode(), f"{AT}.".encode() + body, sha256).hexdigest()
    assert headers["X-Huxue-Signature"] == f"sha256={wanted}"
    assert headers["Host"] == f"127.0.0.1:{gateway.port}"


@pytest.mark.parametrize(
    ("how", "reason", "again"),
    [
        ("500", "status_500", True),
        ("503", "status_503", True),
        ("429", "status_429", True),
        ("400", "status_400", False),
        ("403", "status_403", False),
        ("redirect", "redirected", False),
        ("huge", "answer_too_large", False),
        ("garbage", "bad_answer", True),
        ("html", "not_json", True),
        ("hang", "timed_out", True),
        ("drip", "timed_out", True),
    ],
)
def test_whatever_the_gateway_does_is_named_and_soon_over(
    gateway: Gateway, how: str, reason: str, again: bool
) -> None:
    """No redirect is followed, no answer read to its end, nothing waited for beyond the bound."""
    gateway.how = how
    begin = time.monotonic()
    assert _why(gateway.url, IMPATIENT if reason == "timed_out" else BOUNDS) == (reason, again)
    assert time.monotonic() - begin < 20
    assert gateway.redirected == []
    assert len(gateway.calls) == 1


def test_a_connection_that_closes_or_is_refused_is_tried_again(gateway: Gateway) -> None:
    """Either may be over in a moment."""
    gateway.how = "close"
    assert _why(gateway.url)[1] is True
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert _why(f"http://127.0.0.1:{closed.getsockname()[1]}/") == ("unreachable", True)


@pytest.mark.parametrize("how", ["connection", "whole call"])
def test_a_resolver_that_hangs_is_waited_for_no_longer_than_a_gateway(
    monkeypatch: pytest.MonkeyPatch, gateway: Gateway, how: str
) -> None:
    """It would hold a message longer than its sender counts as alive, and another would send it once more."""
    real, stopping = socket.getaddrinfo, threading.Event()

    def resolve(host: str, port: int, *rest: object, **named: object) -> object:
        if host == "sms.example":
            stopping.wait(0.7 if how == "whole call" else 30)
        return real("127.0.0.1", port, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("server.delivery.channels.outside.socket.getaddrinfo", resolve)
    gateway.how = "hang"
    begin = time.monotonic()
    bounds = replace(BOUNDS, hosts=frozenset({"sms.example"}), total_s=1.5)
    assert _why(f"http://sms.example:{gateway.port}/", bounds) == ("timed_out", True)
    assert time.monotonic() - begin < 15
    stopping.set()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://other.example/", "host_not_allowed"),
        ("https://127.0.0.1@other.example/", "host_not_allowed"),
        ("https://user@sms.example/", "host_not_allowed"),
        ("file:///etc/passwd", "host_not_allowed"),
        ("http://sms.example/", "not_https"),
        ("https://sms.example/", "private_address"),
    ],
)
def test_only_the_listed_host_is_called_and_never_inside(
    monkeypatch: pytest.MonkeyPatch, url: str, reason: str
) -> None:
    """A listed name that resolves to one address inside is refused, whatever else it resolves to."""

    def resolve(host: str, port: int, **_named: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (address, port)) for address in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr("server.delivery.channels.outside.socket.getaddrinfo", resolve)
    assert _why(url, Bounds(hosts=frozenset({"sms.example"}))) == (reason, False)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "169.254.169.254",
        "10.1.2.3",
        "192.168.0.1",
        "::ffff:127.0.0.1",
        "fe80::1%eth0",
        "0.0.0.0",
        "224.0.0.1",
        "fc00::1",
        "100.64.0.1",
    ],
)
def test_no_address_inside_is_called(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Loopback, private, link-local, shared, multicast; also dressed as IPv6."""
    monkeypatch.setattr(
        "server.delivery.channels.outside.socket.getaddrinfo",
        lambda host, port, **_named: [(2, 1, 6, "", (address, port))],
    )
    assert _why("https://sms.example/", Bounds(hosts=frozenset({"sms.example"})))[0] == "private_address"


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"])
def test_the_keys_of_a_cloud_machine_stay_out_of_reach(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Even where a gateway inside is allowed."""
    monkeypatch.setattr(
        "server.delivery.channels.outside.socket.getaddrinfo",
        lambda host, port, **_named: [(2, 1, 6, "", (address, port))],
    )
    bounds = Bounds(hosts=frozenset({"sms.example"}), private=True)
    assert _why("http://sms.example/", bounds) == ("private_address", False)


def test_a_name_is_resolved_once_and_the_connection_goes_there(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second answer of the name server (rebinding) is never asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: object, **named: object) -> object:
        if host == "sms.example":
            asked.append(host)
            return [(2, 1, 6, "", ("127.0.0.1", port))]
        return real(host, port, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("server.delivery.channels.outside.socket.getaddrinfo", resolve)
    _send(
        f"http://sms.example:{gateway.port}/",
        replace(BOUNDS, hosts=frozenset({"sms.example"})),
    )
    assert asked == ["sms.example"]
    assert gateway.calls[0][0]["Host"] == f"sms.example:{gateway.port}"


def test_in_demo_mode_nothing_leaves_the_machine(store: Store) -> None:
    """Even when a gateway is set."""
    settings = read_settings(
        {"HUXUE_MODE": "demo", "HUXUE_SMS_URL": "https://sms.example/", "HUXUE_SMS_SECRET": SECRET}
    )
    ways = channels_of(settings, store).by_name
    assert set(ways) == {"demo", *ChannelName}
    assert {type(way) for way in ways.values()} == {DemoList, OpenPage}


def test_settings_say_what_is_missing() -> None:
    """A webhook without a key, a text without its code."""
    with pytest.raises(BadSetting, match="HUXUE_SMS_SECRET"):
        read_settings({"HUXUE_MODE": "demo", "HUXUE_SMS_URL": "https://sms.example/"})
    with pytest.raises(BadSetting, match="HUXUE_SMS_TEXT"):
        read_settings({"HUXUE_MODE": "demo", "HUXUE_SMS_TEXT": "your code"})
    with pytest.raises(BadSetting, match="HUXUE_SMS_TEXT"):
        read_settings({"HUXUE_MODE": "demo", "HUXUE_SMS_TEXT": "{code} {name}"})
