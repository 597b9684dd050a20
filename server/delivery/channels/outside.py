"""Calls to hosts outside: allow-listed, resolved once and pinned, no redirects, bounded in time and size."""

import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from server.delivery.channels.base import NotSent

RETRY_STATUS = {408, 425, 429}
# The second is Feishu's.
REST_HEADERS = ("Retry-After", "x-ogw-ratelimit-reset")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a call may reach and take: hosts by name (``*.name``: all below it), seconds, bytes of the answer."""

    hosts: frozenset[str]
    # Also private addresses and plain HTTP: a gateway in the same building or on the same machine.
    private: bool = False
    connect_s: float = 3.0
    total_s: float = 8.0
    most_bytes: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: also a refusal. ``rest_s``: the rest that it asks for before another call, 0 for none."""

    status: int
    body: bytes
    rest_s: float = 0

    def require_success(self) -> bytes:
        """Give the body of a 2xx. Raises ``NotSent``: ``status_…``."""
        if not 200 <= self.status < 300:
            again = self.status >= 500 or self.status in RETRY_STATUS
            raise NotSent(f"status_{self.status}", again=again, after_s=self.rest_s)
        return self.body


def check(url: str, bounds: Bounds) -> None:
    """Let an address pass that could be called now, or raise ``NotSent`` as ``post`` would.

    A name that cannot be resolved at the moment passes: each call resolves it anew.
    """
    try:
        _where_to(url, bounds)
    except NotSent as why:
        if not why.again:
            raise


def post(url: str, body: bytes, headers: dict[str, str], bounds: Bounds) -> bytes:
    """Post a body and give the answer's; any 2xx is success here, whatever the answer says.

    Raises ``NotSent`` as ``ask`` does, and ``status_…``.
    """
    return ask(url, body, headers, bounds).require_success()


def ask(url: str, body: bytes, headers: dict[str, str], bounds: Bounds) -> Answer:
    """Post a body and give the whole answer, whatever its status, for a service that says in the body what it means.

    Raises ``NotSent``: ``host_not_allowed``, ``not_https``, ``private_address``, ``unknown_host``,
    ``redirected``, ``timed_out``, ``unreachable``, ``answer_too_large``, ``bad_answer``.
    """
    began = time.monotonic()
    parts, port, addresses = _where_to(url, bounds)
    connection = _Pinned(
        parts.hostname or "", port, addresses, secure=parts.scheme == "https", timeout=bounds.connect_s
    )
    # A time-out of the socket starts anew with each byte; this one does not.
    watch = threading.Timer(began + bounds.total_s - time.monotonic(), connection.give_up)
    watch.daemon = True
    watch.start()
    try:
        connection.request(
            "POST", f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", body, headers
        )
        answer = connection.getresponse()
        said = answer.read(bounds.most_bytes + 1)
    except (OSError, http.client.HTTPException) as failure:
        raise NotSent(_reason(failure, gave_up=connection.gave_up), again=True) from failure
    finally:
        watch.cancel()
        connection.close()
    if connection.gave_up:
        raise NotSent("timed_out", again=True)
    if 300 <= answer.status < 400:
        raise NotSent("redirected", again=False)
    given = Answer(answer.status, said, _rest_s(answer))
    if len(said) > bounds.most_bytes:
        given.require_success()
        raise NotSent("answer_too_large", again=False)
    return given


def _rest_s(answer: http.client.HTTPResponse) -> float:
    """Read the rest that an answer asks for, in seconds; a date, or anything else, counts as none."""
    asked = next((value for name in REST_HEADERS if (value := answer.getheader(name))), "")
    return float(asked[:9]) if asked[:9].isdecimal() and asked.isascii() else 0


def refuse_page(answer: bytes) -> None:
    """Let an answer pass unless it is a web page: a sign-in page or a proxy's greeting has not understood the call.

    Raises ``NotSent``: ``not_json``.
    """
    if answer.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise NotSent("not_json", again=True)


def _where_to(url: str, bounds: Bounds) -> tuple[SplitResult, int, list[str]]:
    """Take an address apart and resolve its host, once it is known to be one that may be called."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as why:
        raise NotSent("host_not_allowed", again=False) from why
    host = (parts.hostname or "").lower()
    if not _listed(host, bounds.hosts) or "@" in parts.netloc:
        raise NotSent("host_not_allowed", again=False)
    if parts.scheme != "https" and not (bounds.private and parts.scheme == "http"):
        raise NotSent("not_https", again=False)
    return parts, port, _judged(_resolve(host, port, bounds.total_s), private=bounds.private)


def _listed(host: str, hosts: frozenset[str]) -> bool:
    """Tell whether a host is on the list, or below a name that stands there as ``*.name``."""
    return host in hosts or any(one.startswith("*.") and host.endswith(one[1:]) for one in hosts)


def _reason(failure: Exception, *, gave_up: bool) -> str:
    if gave_up or isinstance(failure, TimeoutError):
        return "timed_out"
    return "unreachable" if isinstance(failure, OSError) else "bad_answer"


def _resolve(host: str, port: int, within_s: float) -> list[str]:
    """Resolve a name once, within some seconds: the system's resolver knows no such bound."""
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as failure:
            found.append(failure)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(within_s)
    if not found:
        raise NotSent("timed_out", again=True)
    if isinstance(found[0], Exception):
        raise NotSent("unknown_host", again=True) from found[0]
    return list(dict.fromkeys(str(entry[4][0]) for entry in found[0]))


def _judged(addresses: list[str], *, private: bool) -> list[str]:
    """Let addresses pass; one forbidden among them refuses them all."""
    if not all(_allowed(ip_address(one.partition("%")[0]), private=private) for one in addresses):
        raise NotSent("private_address", again=False)
    return addresses


def _allowed(address: IPv4Address | IPv6Address, *, private: bool) -> bool:
    if isinstance(address, IPv6Address):
        # What leads on to an IPv4 address is judged as that one.
        inner = _carried(address)
        if inner is not None:
            return _allowed(inner, private=private)
        if address.is_site_local:
            return private
    # Never, even in the same building: where clouds keep the keys of their machines.
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return private or address.is_global


# Ways of writing an IPv4 address in an IPv6 one: RFC 4291 (compatible), RFC 2765, RFC 6052 and RFC 8215.
_CARRIERS = tuple(map(IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")))


def _carried(address: IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address that an IPv6 one stands for, if it does; ``::`` and ``::1`` are themselves."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if int(address) > 1 and any(address in carrier for carrier in _CARRIERS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


@cache
def _context() -> ssl.SSLContext:
    # Reading the machine's certificates takes longer than the call.
    return ssl.create_default_context()


class _Pinned(http.client.HTTPConnection):
    """A connection to addresses that were already judged; TLS still checks the name."""

    def __init__(self, host: str, port: int, addresses: list[str], *, secure: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._addresses = addresses
        self._context = _context() if secure else None
        self.default_port = 443 if secure else 80
        self.gave_up = False

    def connect(self) -> None:
        """Connect to the first address that answers."""
        for place, address in enumerate(self._addresses):
            try:
                plain = socket.create_connection((address, self.port), self.timeout)
                break
            except OSError:
                if place == len(self._addresses) - 1 or self.gave_up:
                    raise
        self.sock: Any = plain
        if self._context is not None:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)

    def give_up(self) -> None:
        """End the call from outside: whoever waits for its bytes stops waiting."""
        self.gave_up = True
        if getattr(self, "sock", None) is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
