"""Pages that come back all at once, after a restart, are let in a few at a time: their sockets and their catch-ups.

They wait before anything is known of them but their path, so that waiting, and being sent away, cost next to nothing.
A socket is opened for whoever has a session alone: a stranger's, which never says a second word, would cost room and
hold a handshake all the same.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from http import HTTPStatus
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.core.access.roles import Actor
from server.core.database.admission_queue import PATIENCE_S, AdmissionQueue
from server.core.refused import Refused

SOCKETS, CATCH_UPS = "/socket.io/", "/api/events"
ACTOR, COME_IN = "huxue.actor", "huxue.come_in"
# A turn is for what a socket asks of this machine, at the door and again when it comes into its room. Between the two
# it waits for its phone, which may be seconds away, and has none. A few keep the machine
# busy; of more, each step of an alarm would wait for one step of them all.
HANDSHAKES_AT_ONCE, ENTRIES_AT_ONCE = 4, 4
# A page gives up after 20 s; whoever cannot be let in well before that is sent away, which costs little.
SOCKET_PATIENCE_S = 8.0
MOST_SOCKETS_WAITING = 2_000
# Tabs of one browser come together; more of one session, which say nothing, would keep the others out.
HANDSHAKES_OF_A_SESSION = 3
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
Environ = dict[str, Any]
Application = Callable[[Environ, Start], Answer]


class ReconnectThrottle:
    """A WSGI application around two others, which makes sockets and catch-ups wait for their turn.

    ``actor_of`` gives the account that a request comes from, if it came with a live session; ``wait_s`` the seconds
    after which a session's next socket may be opened, 0 for now.
    """

    def __init__(
        self,
        sockets: Application,
        pages: Application,
        line: AdmissionQueue,
        actor_of: Callable[[Environ], Actor | None],
        *,
        wait_s: Callable[[int], int],
    ) -> None:
        self._sockets, self._pages = sockets, pages
        self._line, self._actor_of, self._wait_s = line, actor_of, wait_s
        self._handshakes = AdmissionQueue(HANDSHAKES_AT_ONCE, MOST_SOCKETS_WAITING, beside=line)
        self._entries = AdmissionQueue(ENTRIES_AT_ONCE, MOST_SOCKETS_WAITING, beside=line)
        self._shaking: Counter[int] = Counter()

    def __call__(self, environ: Environ, start_response: Start) -> Answer:
        """Let a page that comes back wait; pass all else on."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(SOCKETS):
            return self._shake_hands(environ, start_response)
        if path != CATCH_UPS:
            return self._pages(environ, start_response)
        try:
            with self._line.turn(PATIENCE_S):
                return self._pages(environ, start_response)
        except Refused:
            return _come_back(start_response)

    def _shake_hands(self, environ: Environ, start_response: Start) -> Answer:
        turn = self._handshakes.wait(SOCKET_PATIENCE_S)
        if turn is None:
            return _come_back(start_response)
        try:
            try:
                actor = self._actor_of(environ)
            except SQLAlchemyError:
                return _come_back(start_response)
            if actor is None:
                return _turned_away(start_response, HTTPStatus.UNAUTHORIZED)
            later_s = self._wait_s(actor.session_id)
            if later_s:
                return _turned_away(
                    start_response, HTTPStatus.TOO_MANY_REQUESTS, ("Retry-After", str(later_s))
                )
            if self._shaking[actor.session_id] >= HANDSHAKES_OF_A_SESSION:
                return _turned_away(start_response, HTTPStatus.TOO_MANY_REQUESTS)
        finally:
            self._handshakes.end(turn)
        return self._open(environ, start_response, actor)

    def _open(self, environ: Environ, start_response: Start, actor: Actor) -> Answer:
        """Open a socket; it is one of its session that shakes hands until it is in its room."""
        session_id = actor.session_id
        shaking = [session_id]

        @contextmanager
        def come_in() -> Iterator[Actor | None]:
            try:
                with self._entries.turn(SOCKET_PATIENCE_S):
                    # Seconds after the door the session may have ended, or be that of somebody who may hear less.
                    yield self._actor_of(environ)
            finally:
                end()

        def end() -> None:
            while shaking:
                self._shaking[shaking.pop()] -= 1
            if not self._shaking[session_id]:
                del self._shaking[session_id]

        self._shaking[session_id] += 1
        environ[ACTOR], environ[COME_IN] = actor, come_in
        try:
            return self._sockets(environ, start_response)
        finally:
            end()


def coming_in(environ: Environ) -> AbstractContextManager[Actor | None]:
    """Let a socket into its room in a turn of its own, which ends its handshake; gives whose it is by now.

    Good for one entry: who was sent out and asks again over the same line has to come through the door again.
    Raises ``Refused("busy")``.
    """
    come_in: Callable[[], AbstractContextManager[Actor | None]] = environ.pop(COME_IN, nullcontext)
    return come_in()


def _come_back(start_response: Start) -> Answer:
    start_response("503 Service Unavailable", list(BUSY_HEADERS))
    return [BUSY]


def _turned_away(start_response: Start, why: HTTPStatus, *more: tuple[str, str]) -> Answer:
    start_response(f"{why.value} {why.phrase}", [("Content-Length", "0"), ("Connection", "close"), *more])
    return []
