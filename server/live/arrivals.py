"""Pages that come back all at once, after a restart, are let in a few at a time: their sockets and their catch-ups.

They wait before anything is known of them but their path, so that waiting, and being sent away, cost next to nothing.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from server.domain.errors import Refused
from server.store.line import PATIENCE_S, Line

SOCKETS, CATCH_UPS = "/socket.io/", "/api/events"
SHAKEN = "huxue.hands_shaken"
# Between its first word and its second a socket waits for its phone, not for this machine.
HANDSHAKES_AT_ONCE = 32
# A page gives up after 20 s; whoever cannot be let in well before that is sent away, which costs little.
SOCKET_PATIENCE_S = 8.0
BUSY = json.dumps({"status": 503, "code": "busy", "facts": {}}).encode()
BUSY_HEADERS = [
    ("Content-Type", "application/problem+json"),
    ("Content-Length", str(len(BUSY))),
    ("Retry-After", "2"),
    ("Cache-Control", "no-store"),
    ("Connection", "close"),
]

Answer = Iterable[bytes]
Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Answer]


class Arrivals:
    """A WSGI application around another one, which makes sockets and catch-ups wait for their turn."""

    def __init__(self, application: Application, line: Line) -> None:
        self._application, self._line = application, line
        self._handshakes = Line(HANDSHAKES_AT_ONCE)

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Answer:
        """Let a page that comes back wait; pass all else on."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(SOCKETS):
            return self._shake_hands(environ, start_response)
        if path != CATCH_UPS:
            return self._application(environ, start_response)
        try:
            with self._line.turn(PATIENCE_S):
                return self._application(environ, start_response)
        except Refused:
            return _come_back(start_response)

    def _shake_hands(self, environ: dict[str, Any], start_response: Start) -> Answer:
        turn = self._handshakes.wait(SOCKET_PATIENCE_S)
        if turn is None:
            return _come_back(start_response)
        environ[SHAKEN] = lambda: self._handshakes.end(turn)
        try:
            return self._application(environ, start_response)
        finally:
            self._handshakes.end(turn)


def hands_are_shaken(environ: dict[str, Any]) -> None:
    """End the handshake of a socket: it has said its second word."""
    environ.get(SHAKEN, _nothing)()


def _come_back(start_response: Start) -> Answer:
    start_response("503 Service Unavailable", list(BUSY_HEADERS))
    return [BUSY]


def _nothing() -> None:
    """End no handshake: there was no line."""
