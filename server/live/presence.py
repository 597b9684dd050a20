"""Who has a page open at this process: gathered as sockets come and go, written once a second."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from server.store import presence
from server.store.transaction import Store

logger = logging.getLogger("huxue.presence")

WRITE_EVERY_S = 1.0


class Presence:
    """Notes open sockets in the database, where the other processes and the alarms read them."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._worker = str(uuid4())
        self._entered: dict[str, int] = {}
        self._left: set[str] = set()
        self._seen_at = 0.0

    def enter(self, socket: str, account_id: int) -> None:
        """Note that an account opened a socket."""
        self._entered[socket] = account_id

    def leave(self, socket: str) -> None:
        """Note that a socket closed."""
        if self._entered.pop(socket, None) is None:
            self._left.add(socket)

    def run(self) -> None:
        """Write what came and went, for ever. What a failing database did not take is written later."""
        while True:
            try:
                self.write(time.monotonic())
            except SQLAlchemyError as failure:
                logger.error("presence not written: %s", type(failure).__name__)
            time.sleep(WRITE_EVERY_S)

    def write(self, at: float) -> None:
        """Write what came and went, and now and then that the rest is still there."""
        entered, left, due = dict(self._entered), set(self._left), at - self._seen_at >= presence.SEEN_EVERY_S
        if not entered and not left and not due:
            return
        now = self._now()
        with self._store.transaction(now) as transaction:
            presence.enter(transaction.connection, entered, worker=self._worker, now=now)
            presence.leave(transaction.connection, left)
            if due:
                presence.seen(transaction.connection, self._worker, now)
        self._seen_at = at if due else self._seen_at
        self._left -= left
        for socket in entered:
            # One that closed while it was being written is forgotten with the next round.
            if self._entered.pop(socket, None) is None:
                self._left.add(socket)
