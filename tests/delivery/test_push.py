"""Web Push against a real server: what arrives can be read by that browser alone, and says nothing of a person."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from server.config import BadSetting, read_settings
from server.delivery.channels.base import Gone, NotSent
from server.delivery.channels.outside import Bounds
from server.delivery.channels.push import PushService, new_keys
from server.delivery.tables import PushSubscription
from tests.tools import gateway as gateways
from tests.tools.gateway import Gateway
from tests.tools.outward import AUTH, PRIVATE_KEY, PUBLIC_KEY, encoded, new_browser

BOUNDS = Bounds(hosts=frozenset({"127.0.0.1"}), private=True, connect_s=20, total_s=30)
FACTS = {"alarm_id": 7, "title": "一键报警：火情", "line": "青禾一小 南门", "page": "/respond/7", "text": "…"}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Run a push service on loopback."""
    with gateways.running() as one:
        one.how = "201"
        yield one


def _browser(gateway: Gateway) -> tuple[ec.EllipticCurvePrivateKey, PushSubscription]:
    private, public = new_browser()
    return private, PushSubscription(
        id=1,
        account_id=1,
        endpoint_hash="",
        endpoint=gateway.url,
        p256dh=encoded(public),
        auth=AUTH,
        device=None,
        created_at=datetime(2026, 9, 7, tzinfo=UTC),
        last_ok_at=None,
        failures=0,
    )


def _service(row: PushSubscription | None, bounds: Bounds = BOUNDS) -> PushService:
    return PushService(
        lambda _number: row,
        bounds,
        keys=(PUBLIC_KEY, PRIVATE_KEY),
        subject="mailto:ops@huxue.example",
        wall_clock_s=lambda: 1_764_000_000,
    )


def test_only_the_browser_itself_can_read_it_and_the_service_knows_the_sender(gateway: Gateway) -> None:
    private, row = _browser(gateway)
    _service(row).send("1", json.dumps(FACTS), "alarm:7:3:9:1")
    ((headers, body),) = gateway.calls
    assert "青禾" not in body.decode("latin-1")
    opened = http_ece.decrypt(body, private_key=private, auth_secret=urlsafe_b64decode(AUTH + "=="))
    said = json.loads(opened)
    assert said == {
        **{key: FACTS[key] for key in ("alarm_id", "title", "line", "page")},
        "reference": "alarm:7:3:9:1",
    }
    assert Vapid02.verify(headers["Authorization"])
    claims = json.loads(urlsafe_b64decode(headers["Authorization"].split(".")[1] + "=="))
    assert (claims["aud"], claims["sub"]) == (f"http://127.0.0.1:{gateway.port}", "mailto:ops@huxue.example")
    assert (headers["Urgency"], headers["TTL"], headers["Content-Encoding"]) == ("high", "3600", "aes128gcm")
    assert len(headers["Topic"]) == 32


@pytest.mark.parametrize(("useful_s", "ttl"), [(45_000.9, "45000"), (-3, "0"), (9e9, str(7 * 24 * 3600))])
def test_a_push_is_kept_as_long_as_its_own_message_is_of_use(
    gateway: Gateway, useful_s: float, ttl: str
) -> None:
    _private, row = _browser(gateway)
    _service(row).send("1", json.dumps(FACTS), "r", useful_s)
    assert gateway.calls[0][0]["TTL"] == ttl


def test_a_double_has_the_same_topic_and_another_call_has_not(gateway: Gateway) -> None:
    _private, row = _browser(gateway)
    for reference in ("a", "a", "b"):
        _service(row).send("1", json.dumps(FACTS), reference)
    first, double, other = (headers["Topic"] for headers, _body in gateway.calls)
    assert first == double != other


@pytest.mark.parametrize(("how", "gone"), [("404", True), ("410", True), ("400", False), ("503", False)])
def test_a_browser_that_took_its_agreement_back_is_gone(gateway: Gateway, how: str, gone: bool) -> None:
    _private, row = _browser(gateway)
    gateway.how = how
    with pytest.raises(NotSent) as refused:
        _service(row).send("1", json.dumps(FACTS), "r")
    assert isinstance(refused.value, Gone) == gone
    with pytest.raises(Gone):
        _service(None).send("1", json.dumps(FACTS), "r")


def test_keys_that_are_no_point_of_the_curve_are_gone_before_any_call(gateway: Gateway) -> None:
    _private, row = _browser(gateway)
    with pytest.raises(Gone):
        _service(replace(row, p256dh=encoded(b"\x04" + b"\x07" * 64))).send("1", json.dumps(FACTS), "r")
    assert gateway.calls == []


def test_no_push_goes_inside_even_if_such_an_endpoint_was_stored(gateway: Gateway) -> None:
    _private, row = _browser(gateway)
    with pytest.raises(NotSent, match="host_not_allowed"):
        _service(row, Bounds(hosts=frozenset({"*.push.apple.com"}))).send("1", json.dumps(FACTS), "r")
    with pytest.raises(NotSent, match="not_https"):
        _service(row, Bounds(hosts=frozenset({"127.0.0.1"}))).send("1", json.dumps(FACTS), "r")
    secure = replace(row, endpoint=f"https://127.0.0.1:{gateway.port}/")
    with pytest.raises(NotSent, match="private_address"):
        _service(secure, Bounds(hosts=frozenset({"127.0.0.1"}))).send("1", json.dumps(FACTS), "r")
    assert gateway.calls == []


def test_keys_must_belong_together() -> None:
    other, _private = new_keys()
    with pytest.raises(BadSetting, match="HUXUE_PUSH_PUBLIC_KEY"):
        PushService(lambda _: None, BOUNDS, keys=(other, PRIVATE_KEY), subject="", wall_clock_s=lambda: 0)
    with pytest.raises(BadSetting, match="HUXUE_PUSH_PRIVATE_KEY"):
        PushService(lambda _: None, BOUNDS, keys=(other, "nonsense"), subject="", wall_clock_s=lambda: 0)
    with pytest.raises(BadSetting, match="both or none"):
        read_settings({"HUXUE_MODE": "demo", "HUXUE_PUSH_PUBLIC_KEY": PUBLIC_KEY})
    with pytest.raises(BadSetting, match="HUXUE_PUSH_SUBJECT"):
        read_settings(
            {
                "HUXUE_MODE": "demo",
                "HUXUE_PUSH_PUBLIC_KEY": PUBLIC_KEY,
                "HUXUE_PUSH_PRIVATE_KEY": PRIVATE_KEY,
            }
        )
