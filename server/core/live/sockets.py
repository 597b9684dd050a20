"""Sockets: who may connect, into which room, and when they are closed."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, request
from flask_socketio import ConnectionRefusedError as Turned
from flask_socketio import SocketIO, disconnect, join_room
from sqlalchemy.exc import SQLAlchemyError

from server.core.access.roles import Actor
from server.core.access.rooms import room_of
from server.core.access.sessions import AsSeen
from server.core.http.wire import platform
from server.core.live import catch_up
from server.core.live.hub import Hub
from server.core.live.news import MOST_AT_ONCE
from server.core.live.presence import Presence
from server.core.live.reconnect_throttle import ACTOR, hands_are_shaken
from server.core.refused import Refused

# More than anybody has tabs, and than a flapping line leaves behind before they are found dead.
MOST_OF_A_SESSION = 20


class Sockets:
    """The open sockets of this process, by session, so that a sign-out ends them."""

    def __init__(self) -> None:
        self.room_of: dict[str, str] = {}
        self.session_of: dict[str, int] = {}

    def astray(self, rooms: Mapping[int, str]) -> list[str]:
        """List the sockets that are not in the room where their session belongs now (``rooms``), if in any."""
        return [
            socket
            for socket, session in self.session_of.items()
            if self.room_of.get(socket) != rooms.get(session)
        ]

    def of_session(self, session_id: int) -> list[str]:
        """List the sockets of a session, the oldest first."""
        return [socket for socket, session in self.session_of.items() if session == session_id]


def install(socketio: SocketIO, hub: Hub, sockets: Sockets, presence: Presence) -> None:
    """Let the signed-in connect, whom the door found; each gets the one room that role and scope give him."""

    @socketio.on("connect")
    def _connect(cursor: Any = None) -> None:
        # Good for one entry: who was sent out and asks again over the same line has to come through the door again.
        actor: Actor | None = request.environ.pop(ACTOR, None)
        if actor is None:
            raise Turned("no_session")
        room = room_of(actor)
        try:
            # Read before the room is entered: what comes in between is in the gap that the hello lets the page see.
            missed = missed_by(hub, actor, cursor, platform().areas.events_as_seen)
            last = hub.enter(room)
        except SQLAlchemyError as why:
            # Said aloud, since a connect that fails without a word leaves a socket that lives and hears nothing.
            raise Turned("cannot_connect_now") from why
        finally:
            hands_are_shaken(request.environ)
        socket = request.sid  # type: ignore[attr-defined]
        sockets.room_of[socket] = room
        sockets.session_of[socket] = actor.session_id
        presence.enter(
            socket, actor.account_id, hidden=isinstance(cursor, dict) and cursor.get("hidden") is True
        )
        for oldest in sockets.of_session(actor.session_id)[:-MOST_OF_A_SESSION]:
            disconnect(oldest, namespace="/")
        join_room(room)
        if missed:
            socketio.emit("batch", missed, to=socket)
        hello = {"epoch": hub.history(room), "last": last, "server_time": hub.wall_clock()}
        socketio.emit("hello", hello, to=socket)

    @socketio.on("hidden")
    def _hidden(hidden: Any = None) -> None:
        presence.show(request.sid, hidden=hidden is True)  # type: ignore[attr-defined]

    @socketio.on("disconnect")
    def _disconnect(_reason: Any = None) -> None:
        socket = request.sid  # type: ignore[attr-defined]
        sockets.session_of.pop(socket, None)
        room = sockets.room_of.pop(socket, None)
        if room is not None:
            hub.leave(room)
            presence.leave(socket)


def missed_by(hub: Hub, actor: Actor, cursor: Any, as_seen: AsSeen) -> dict[str, Any] | None:
    """Read what a page missed that says where it stands; one that must fetch everything anew finds out by the hello.

    ``cursor`` is ``{"epoch": …, "last": …}`` as the page got it, or whatever a client sent in its place.
    """
    history = hub.history(room_of(actor))
    if not isinstance(cursor, dict) or cursor.get("epoch") != history or type(cursor.get("last")) is not int:
        return None
    after = cursor["last"]
    if not 0 <= after < hub.cursor:
        return None
    try:
        with hub.store.read() as connection:
            missed = catch_up.missed(connection, actor, as_seen, after=after, epoch=history, history=history)
    except Refused:
        return None
    # Much is fetched by HTTP, as fast as its reader takes it.
    much = len(json.dumps(missed["events"])) > MOST_AT_ONCE
    return missed if missed["events"] and not much else None


def closer(app: Flask, sockets: Sockets) -> Callable[[int], None]:
    """Make the function that closes all sockets of a session."""

    def close(session_id: int) -> None:
        for socket in sockets.of_session(session_id):
            with app.app_context():
                disconnect(socket, namespace="/")

    return close
