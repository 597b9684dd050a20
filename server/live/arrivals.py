"""Sockets that come all at once, after a restart, are let in a few at a time."""

from collections.abc import Callable, Iterable
from typing import Any

from server.store.line import Line

PATH = "/socket.io/"
TURN = "huxue.turn"
# A page gives up after 20 s; whoever cannot be let in well before that is sent away, which costs little.
PATIENCE_S = 8.0

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Arrivals:
    """A WSGI application around another one: a socket's turn lasts from its first word until it is in its room."""

    def __init__(self, application: Application, line: Line) -> None:
        self._application, self._line = application, line

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Let a socket wait for its turn; pass all else on."""
        if not environ.get("PATH_INFO", "").startswith(PATH):
            return self._application(environ, start_response)
        turn = self._line.wait(PATIENCE_S)
        if turn is None:
            start_response("503 Service Unavailable", [("Content-Length", "0"), ("Connection", "close")])
            return []
        environ[TURN] = lambda: self._line.end(turn)
        try:
            return self._application(environ, start_response)
        finally:
            self._line.end(turn)


def is_in(environ: dict[str, Any]) -> None:
    """End a socket's turn: it is in its room, or was turned away."""
    environ.get(TURN, _nothing)()


def _nothing() -> None:
    """End no turn: there was no line."""
