"""Where a call outside may lead: an address inside that is written as one outside is one inside."""

import socket
from typing import Any

import pytest

from server.delivery.channels import outside
from server.delivery.channels.base import NotSent
from server.delivery.channels.outside import Bounds

INSIDE = ("127.0.0.1", "10.0.0.5", "192.168.1.1", "172.16.0.1", "100.64.0.1", "100.100.100.200", "0.0.0.0")
METADATA = "169.254.169.254"


def _ways(ipv4: str) -> dict[str, str]:
    """Write an IPv4 address in each way in which an IPv6 one can carry it."""
    number = int.from_bytes(socket.inet_aton(ipv4), "big")
    high, low = number >> 16, number & 0xFFFF
    return {
        "itself": ipv4,
        "mapped": f"::ffff:{ipv4}",
        "compatible": f"::{high:x}:{low:x}",
        "translated": f"::ffff:0:{ipv4}",
        "nat64": f"64:ff9b::{ipv4}",
        "nat64 of one's own": f"64:ff9b:1::{ipv4}",
        "6to4": f"2002:{high:x}:{low:x}::1",
    }


def _why(monkeypatch: pytest.MonkeyPatch, address: str, *, private: bool = False) -> str | None:
    def resolve(*_of: Any, **_more: Any) -> list[Any]:
        return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, 443, 0, 0))]

    monkeypatch.setattr("server.delivery.channels.outside.socket.getaddrinfo", resolve)
    try:
        outside.check("https://hook.example/", Bounds(hosts=frozenset({"hook.example"}), private=private))
    except NotSent as why:
        return why.reason
    return None


@pytest.mark.parametrize("ipv4", [one for one in INSIDE if one != "0.0.0.0"])
@pytest.mark.parametrize("way", _ways("1.1.1.1"))
def test_an_inside_address_is_refused_however_it_is_written(
    monkeypatch: pytest.MonkeyPatch, ipv4: str, way: str
) -> None:
    assert _why(monkeypatch, _ways(ipv4)[way]) == "private_address"


@pytest.mark.parametrize("address", ["::", "::1", "fc00::1", "fe80::1", "fec0::1", "ff02::1", "0.0.0.0"])
def test_what_is_inside_by_itself_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert _why(monkeypatch, address) == "private_address"


@pytest.mark.parametrize("way", _ways(METADATA))
def test_where_clouds_keep_their_keys_is_refused_even_in_the_same_building(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    assert _why(monkeypatch, _ways(METADATA)[way], private=True) == "private_address"


@pytest.mark.parametrize("address", ["8.8.8.8", "64:ff9b::8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_outside_may_be_called(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert _why(monkeypatch, address) is None
