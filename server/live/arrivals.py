"""The door for sockets: whoever has no session stays outside; all who come at once after a restart wait in line."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.store.line import Line

PATH = "/socket.io/"
TURN = "huxue.turn"
# A page gives up after 20 s; whoever cannot be let in well before that is sent away, which costs little.
PATIENCE_S = 8.0
# Tabs of one browser come together. More of one session, which say nothing once they are in, would hold the line up.
AT_THE_DOOR = 3

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Arrivals:
    """A WSGI application around another one: a socket's turn lasts from its first word until it is in its room.

    ``session_of`` gives the number of the live session that a request came with: without one nothing is opened,
    since a socket that never asks for anything would cost room and hold a turn all the same.
    """

    def __init__(
        self, application: Application, line: Line, session_of: Callable[[Environ], int | None]
    ) -> None:
        self._application, self._line, self._session_of = application, line, session_of
        self._at_the_door: Counter[int] = Counter()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Let a socket wait for its turn; pass all else on."""
        if not environ.get("PATH_INFO", "").startswith(PATH):
            return self._application(environ, start_response)
        turn = self._line.wait(PATIENCE_S)
        if turn is None:
            return _turned_away(start_response, "503 Service Unavailable")
        try:
            session = self._session_of(environ)
        except SQLAlchemyError:
            self._line.end(turn)
            return _turned_away(start_response, "503 Service Unavailable")
        except BaseException:
            self._line.end(turn)
            raise
        if session is None or self._at_the_door[session] >= AT_THE_DOOR:
            self._line.end(turn)
            why = "401 Unauthorized" if session is None else "429 Too Many Requests"
            return _turned_away(start_response, why)
        return self._let_in(environ, start_response, turn, session)

    def _let_in(
        self, environ: Environ, start_response: Callable[..., Any], turn: int, session: int
    ) -> Iterable[bytes]:
        arriving = {session}

        def end() -> None:
            self._line.end(turn)
            for one in arriving:
                self._at_the_door[one] -= 1
                if not self._at_the_door[one]:
                    del self._at_the_door[one]
            arriving.clear()

        self._at_the_door[session] += 1
        environ[TURN] = end
        try:
            return self._application(environ, start_response)
        finally:
            end()


def is_in(environ: Environ) -> None:
    """End a socket's turn: it is in its room, or was turned away."""
    environ.get(TURN, _nothing)()


def _turned_away(start_response: Callable[..., Any], status: str) -> list[bytes]:
    start_response(status, [("Content-Length", "0"), ("Connection", "close")])
    return []


def _nothing() -> None:
    """End no turn: there was no line."""
