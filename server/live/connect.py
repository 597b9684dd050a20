"""Sockets: who may connect, into which room, and when they are closed."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, request
from flask_socketio import ConnectionRefusedError as Turned
from flask_socketio import SocketIO, disconnect, join_room
from sqlalchemy.exc import SQLAlchemyError

from server.domain.errors import Refused
from server.domain.roles import Actor
from server.domain.rooms import room_of
from server.live.arrivals import SOCKET_PATIENCE_S, hands_are_shaken
from server.live.hub import Hub
from server.live.presence import Presence
from server.store.line import Line

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


def install(
    socketio: SocketIO,
    hub: Hub,
    sockets: Sockets,
    presence: Presence,
    line: Line,
    who: Callable[[], Actor | None],
) -> None:
    """Let signed-in clients connect, in their turn; each gets the one room that its role and scope give it."""

    @socketio.on("connect")
    def _connect(_auth: Any = None) -> None:
        hands_are_shaken(request.environ)
        try:
            with line.turn(SOCKET_PATIENCE_S):
                actor = who()
                if actor is None:
                    raise Turned("no_session")
                room = room_of(actor)
                last = hub.enter(room)
        except (SQLAlchemyError, Refused) as why:
            # Said aloud, since a connect that fails without a word leaves a socket that lives and hears nothing.
            raise Turned("cannot_connect_now") from why
        socket = request.sid  # type: ignore[attr-defined]
        sockets.room_of[socket] = room
        sockets.session_of[socket] = actor.session_id
        presence.enter(socket, actor.account_id)
        for oldest in sockets.of_session(actor.session_id)[:-MOST_OF_A_SESSION]:
            disconnect(oldest, namespace="/")
        join_room(room)
        hello = {"epoch": hub.history(room), "last": last, "server_time": hub.wall_clock()}
        socketio.emit("hello", hello, to=socket)

    @socketio.on("disconnect")
    def _disconnect(_reason: Any = None) -> None:
        socket = request.sid  # type: ignore[attr-defined]
        sockets.session_of.pop(socket, None)
        room = sockets.room_of.pop(socket, None)
        if room is not None:
            hub.leave(room)
            presence.leave(socket)


def closer(app: Flask, sockets: Sockets) -> Callable[[int], None]:
    """Make the function that closes all sockets of a session."""

    def close(session_id: int) -> None:
        for socket in sockets.of_session(session_id):
            with app.app_context():
                disconnect(socket, namespace="/")

    return close
