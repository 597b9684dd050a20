"""Whether those who listen may still hear what they hear: a role or scope may change, a session run out.

Sign-outs are told through the log and close sockets at once. This looks after everything else, whoever
changed it: a socket that is in a room where its session no longer belongs is closed. Its page connects
again, comes into the right room, finds another history there and fetches everything anew.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from flask import Flask
from flask_socketio import disconnect
from sqlalchemy.exc import SQLAlchemyError

from server.core.access.sessions import RoomsOfSessions
from server.core.database.transaction import Store
from server.core.faults import named
from server.core.live.sockets import Sockets

logger = logging.getLogger("huxue.recheck")

LOOK_EVERY_S = 5.0
# Some five milliseconds' worth.
AT_ONCE = 200


def close_astray(app: Flask, store: Store, sockets: Sockets, rooms_of: RoomsOfSessions, now: datetime) -> int:
    """Close the sockets whose session belongs elsewhere by now, and count them."""
    closed, sessions = 0, list(sockets.sessions)
    # Who comes while the database is asked is not in the answer, and was let in a moment ago.
    for first in range(0, len(sessions), AT_ONCE):
        listening = sessions[first : first + AT_ONCE]
        with store.read() as connection:
            rooms = rooms_of(connection, listening, now)
        for socket in sockets.astray(rooms, listening):
            closed += 1
            with app.app_context():
                disconnect(socket, namespace="/")
        time.sleep(0)
    return closed


def socket_authorizer(
    app: Flask,
    store: Store,
    sockets: Sockets,
    rooms_of: RoomsOfSessions,
    also: Iterable[Callable[[], object]],
    now: Callable[[], datetime],
) -> Callable[[], None]:
    """Make the task that looks again and again, for ever, and does besides what is due as often."""

    def run() -> None:
        while True:
            try:
                for one in also:
                    one()
                close_astray(app, store, sockets, rooms_of, now())
            except SQLAlchemyError as failure:
                logger.error("sockets not looked at: %s", named(failure))
            time.sleep(LOOK_EVERY_S)

    return run
