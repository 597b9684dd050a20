"""A simulated phone: one guard's calls to the real HTTP API over a connection that stays open."""

import http.client
import json
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_S = 30


class ServerAway(Exception):
    """Nobody answers, or the server cannot write now: try again later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: dict[str, Any]
    cookie: str | None

    @property
    def code(self) -> str:
        """Give the code of a refusal, or nothing."""
        return str(self.body.get("code", ""))


@dataclass(slots=True)
class Pass:
    """What a signed-in phone keeps: its cookie and its CSRF token."""

    cookie: str
    csrf_token: str


@dataclass(slots=True)
class Connection:
    """A connection to the server, opened again when it broke; used by one thread."""

    url: str
    certificates: str = ""
    _open: http.client.HTTPConnection | None = field(default=None, init=False)

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, own: Pass | None = None
    ) -> Answer:
        """Send a request and read the whole answer.

        Raises ``ServerAway`` when there is no answer, or one that says to come back.
        """
        headers = {"Content-Type": "application/json"}
        if own is not None:
            headers |= {"Cookie": own.cookie, "X-CSRF-Token": own.csrf_token}
        data = json.dumps(body).encode() if body is not None else None
        try:
            if self._open is None:
                self._open = self._connect()
            self._open.request(method, path, data, headers)
            answer = self._open.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as why:
            self.close()
            raise ServerAway(type(why).__name__) from why
        if answer.status >= 500 or answer.status == 429:
            raise ServerAway(str(answer.status))
        cookies = [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", [])]
        cookie = "; ".join(cookies) or None
        return Answer(answer.status, _parsed(text), cookie)

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "127.0.0.1", parts.port
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=self.certificates or None)
            return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
