"""Sockets: who may connect, into which room, and when they are closed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from flask import Flask
from flask_socketio import ConnectionRefusedError as Turned
from flask_socketio import SocketIO, disconnect
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from server.core.access.roles import Actor
from server.core.access.rooms import account_room, room_of
from server.core.access.sessions import AsSeen
from server.core.database import event_rooms
from server.core.database.event_log import Event
from server.core.live import catch_up
from server.core.live.hub import Hub
from server.core.live.news import LINES_SHORT, MOST_AT_ONCE, is_short, room_in_log, short_room, written
from server.core.live.presence import Presence
from server.core.live.reconnect_throttle import coming_in
from server.core.refused import Refused

# More than anybody has tabs, and than a flapping line leaves behind before they are found dead.
MOST_OF_A_SESSION = 20
# At the least, what is told short is so many times shorter.
SHORTER = 10


class Sockets:
    """The open sockets of this process, by session, so that a sign-out ends them."""

    def __init__(self) -> None:
        self._room_of: dict[str, str] = {}
        self._session_of: dict[str, int] = {}
        self._of_session: dict[int, list[str]] = {}

    @property
    def sessions(self) -> Collection[int]:
        """Give the sessions that have a socket."""
        return self._of_session.keys()

    def enter(self, socket: str, session_id: int, room: str) -> None:
        """Note that a session's socket is in a room."""
        self._room_of[socket] = room
        self._session_of[socket] = session_id
        self._of_session.setdefault(session_id, []).append(socket)

    def leave(self, socket: str) -> str | None:
        """Forget a socket; gives the room in which it was, if in any."""
        session_id = self._session_of.pop(socket, None)
        if session_id is not None:
            left = self._of_session[session_id]
            left.remove(socket)
            if not left:
                del self._of_session[session_id]
        return self._room_of.pop(socket, None)

    def astray(self, rooms: Mapping[int, str], sessions: Collection[int]) -> list[str]:
        """List the sockets of some sessions that are not in the room where they belong now (``rooms``), if in any."""
        return [
            socket
            for session in sessions
            for socket in self._of_session.get(session, ())
            if _in_log(self._room_of.get(socket)) != rooms.get(session)
        ]

    def of_session(self, session_id: int) -> list[str]:
        """List the sockets of a session, the oldest first."""
        return list(self._of_session.get(session_id, ()))


def install(socketio: SocketIO, hub: Hub, sockets: Sockets, presence: Presence, *, as_seen: AsSeen) -> None:
    """Let the signed-in connect, whom the door found; each gets the one room that role and scope give him."""
    # Of the library below Flask-SocketIO, which would make a Flask request of each of these.
    server = socketio.server

    @server.on("connect")
    def _connect(socket: str, environ: dict[str, Any], cursor: Any = None) -> None:
        try:
            with coming_in(environ) as actor:
                if actor is None:
                    raise Turned("no_session")
                room = room_for(actor, cursor)
                missed, last = enter(hub, actor, cursor, as_seen)
        except (SQLAlchemyError, Refused) as why:
            # Said aloud, since a connect that fails without a word leaves a socket that lives and hears nothing.
            raise Turned("cannot_connect_now") from why
        sockets.enter(socket, actor.session_id, room)
        presence.enter(
            socket, actor.account_id, hidden=isinstance(cursor, dict) and cursor.get("hidden") is True
        )
        for oldest in sockets.of_session(actor.session_id)[:-MOST_OF_A_SESSION]:
            server.disconnect(oldest)
        server.enter_room(socket, room)
        if missed:
            hub.emitter.send("batch", missed, to=socket)
        hello = {"epoch": hub.history(room), "last": last, "server_time": hub.wall_clock()}
        hub.emitter.send("hello", written(hello), to=socket)

    @server.on("hidden")
    def _hidden(socket: str, hidden: Any = None, *_more: Any) -> None:
        presence.show(socket, hidden=hidden is True)

    @server.on("disconnect")
    def _disconnect(socket: str, _reason: Any = None) -> None:
        room = sockets.leave(socket)
        if room is not None:
            hub.leave(room)
            presence.leave(socket)


def room_for(actor: Actor, asked: Any) -> str:
    """Give the room of a page that asked for something: its account's own news it may hear short."""
    room = room_of(actor)
    wants_short = isinstance(asked, dict) and asked.get("lines") == LINES_SHORT
    return short_room(room) if wants_short and room == account_room(actor.account_id) else room


def _in_log(room: str | None) -> str | None:
    return None if room is None else room_in_log(room)


def enter(hub: Hub, actor: Actor, cursor: Any, as_seen: AsSeen) -> tuple[str | None, int]:
    """Let a page into its room; gives the batch that it missed, and the id that the room's next batch follows.

    ``cursor`` is ``{"epoch": …, "last": …}`` as the page got it, with ``"lines": "short"`` where it asks for that,
    or whatever a client sent in its place. Who must fetch
    everything anew, or much, finds out by the id. What was missed is read before the room is entered: what comes in
    between is in the gap that the id lets the page see.
    """
    room, at = room_for(actor, cursor), hub.cursor
    after = _stands_at(hub, room, cursor)
    if after is None and room in hub.last:
        return None, hub.enter(room)
    if after is not None and (recent := hub.recent.heard(room_in_log(room), after)) is not None:
        batch = _of_recent(hub, actor, as_seen, recent, after=after, short=is_short(room))
        return batch, hub.enter(room, known=(at, recent[-1].id if recent else after))
    with hub.store.read() as connection:
        stands = event_rooms.standing(connection, room_in_log(room), after=after or 0, up_to=at)
        batch = None
        if after is not None and after < stands.last_in_room:
            short = is_short(room)
            batch = _missed(connection, hub, actor, as_seen, after=after, stands=stands, short=short)
    return batch, hub.enter(room, known=(at, stands.last_in_room))


def _of_recent(
    hub: Hub, actor: Actor, as_seen: AsSeen, events: Sequence[Event], *, after: int, short: bool
) -> str | None:
    """Make the batch of what a page missed that is in memory, if anything is."""
    # A line at a crowded post is large whole, and little where it is told short.
    most = MOST_AT_ONCE * (SHORTER if short else 1)
    if not events or sum(len(one.text) for one in events) > most:
        return None
    history = hub.history(room_of(actor))
    with hub.store.read() as connection:
        batch = catch_up.batch_of(connection, actor, as_seen, events, epoch=history, after=after, short=short)
    return _if_little(batch)


def _if_little(batch: str | None) -> str | None:
    """Leave out a large batch: much is fetched by HTTP, as fast as its reader takes it."""
    return batch if batch and len(batch) <= MOST_AT_ONCE else None


def _stands_at(hub: Hub, room: str, cursor: Any) -> int | None:
    """Give the event at which a page stands, if it follows this history and may have missed something."""
    if not isinstance(cursor, dict) or cursor.get("epoch") != hub.history(room):
        return None
    after = cursor.get("last")
    return after if type(after) is int and 0 <= after < hub.cursor else None


def _missed(
    connection: Connection,
    hub: Hub,
    actor: Actor,
    as_seen: AsSeen,
    *,
    after: int,
    stands: event_rooms.Standing,
    short: bool,
) -> str | None:
    history = hub.history(room_of(actor))
    try:
        batch = catch_up.missed_events(
            connection,
            actor,
            as_seen,
            after=after,
            epoch=history,
            history=history,
            stands=stands,
            short=short,
        )
    except Refused:
        return None
    return _if_little(batch)


def closer(app: Flask, sockets: Sockets) -> Callable[[int], None]:
    """Make the function that closes all sockets of a session."""

    def close(session_id: int) -> None:
        for socket in sockets.of_session(session_id):
            with app.app_context():
                disconnect(socket, namespace="/")

    return close
