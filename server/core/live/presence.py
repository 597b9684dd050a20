"""Who has a page open at this process: gathered as sockets come and go, written once a second."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from server.core.database.transaction import Store
from server.core.faults import named
from server.core.live import presence_rows

logger = logging.getLogger("huxue.presence")

WRITE_EVERY_S = 1.0


class Presence:
    """Notes open sockets in the database, where the other processes and the alarms read them."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._worker = str(uuid4())
        self._account_of: dict[str, int] = {}
        # What is to be written: whether each is hidden, and who left.
        self._entered: dict[str, bool] = {}
        self._left: set[str] = set()
        self._seen_at = 0.0

    def enter(self, socket: str, account_id: int, *, hidden: bool) -> None:
        """Note that an account opened a socket."""
        self._account_of[socket] = account_id
        self._entered[socket] = hidden

    def show(self, socket: str, *, hidden: bool) -> None:
        """Note that the page of a socket went out of sight or came back."""
        if socket in self._account_of:
            self._entered[socket] = hidden

    def leave(self, socket: str) -> None:
        """Note that a socket closed."""
        self._account_of.pop(socket, None)
        self._entered.pop(socket, None)
        self._left.add(socket)

    def run(self) -> None:
        """Write what came and went, for ever. What a failing database did not take is written later."""
        while True:
            try:
                self.write(time.monotonic())
            except SQLAlchemyError as failure:
                logger.error("presence not written: %s", named(failure))
            time.sleep(WRITE_EVERY_S)

    def write(self, at: float) -> None:
        """Write what came and went, and now and then that the rest is still there."""
        entered, left, due = (
            dict(self._entered),
            set(self._left),
            at - self._seen_at >= presence_rows.SEEN_EVERY_S,
        )
        known = ((socket, self._account_of.get(socket)) for socket in entered)
        accounts = {socket: account_id for socket, account_id in known if account_id is not None}
        if not entered and not left and not due:
            return
        now = self._now()
        with self._store.transaction(now) as transaction:
            hidden = {socket for socket, is_hidden in entered.items() if is_hidden}
            presence_rows.enter(transaction.connection, accounts, worker=self._worker, now=now, hidden=hidden)
            presence_rows.leave(transaction.connection, left)
            if due:
                presence_rows.seen(transaction.connection, self._worker, now)
        self._seen_at = at if due else self._seen_at
        self._left -= left
        # One that changed or closed while it was being written is written with the next round.
        for socket, was_hidden in entered.items():
            is_hidden = self._entered.pop(socket, was_hidden)
            if is_hidden is not was_hidden:
                self._entered.setdefault(socket, is_hidden)
