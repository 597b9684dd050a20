"""The auditor: a process of its own that cries when the clock duties have fallen asleep, or nothing can be stored.

Its problems, each an alert with a code of its own: ``steps_not_taken``, ``answers_not_timed_out``,
``messages_stuck``, ``alarm_without_step`` (open, and nothing due ever), ``database_unreadable``,
``database_unwritable``, ``disk_full`` and, while a peak runs, ``no_live_console``. It writes nothing but a row of
its own, to see that writing works.

It shares nothing with the engine that it watches but the database: not its loop, not its messages, not its
memory. While all is well it calls a watchdog outside, which cries when these calls stop: so the auditor is
watched, too.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from server.audit.queries import seals
from server.auditor import overdue_checks
from server.core.database import schema_state
from server.core.database.disk_space import is_disk_full
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment
from server.delivery.channels.base import NotSent
from server.delivery.queries import unwatched

logger = logging.getLogger("huxue.auditor")

LOOK_EVERY_S = 2.0
TOO_OLD = timedelta(seconds=10)
# A way out that hangs for its eight seconds, with as many on their way as it may have, is late but not asleep.
STUCK = timedelta(seconds=30)
CRY_AGAIN = timedelta(seconds=60)
WATCHDOG_EVERY = timedelta(seconds=30)
WRITE_EVERY = timedelta(seconds=10)
WATCHED_EVERY = timedelta(seconds=30)
ANCHOR_EVERY = timedelta(hours=1)
ANCHOR_AGAIN = timedelta(minutes=1)


Problem = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditorChannels:
    """How the auditor is heard: a cry with its facts, the sign that all is well, and the newest seal."""

    cry: Callable[[bytes], None]
    all_is_well: Callable[[], None]
    anchor: Callable[[bytes], None] = field(default=lambda _body: None)


class Auditor:
    """Looks for what should have been done long ago, and for what will never be done by itself."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], ways: AuditorChannels, limits: Limits | None = None
    ) -> None:
        # With the rules, which say when a peak runs, it looks for consoles too.
        self._store, self._now, self._ways, self._limits = store, now, ways, limits
        self._unwatched: list[Mapping[str, Any]] = []
        self._watched_at: datetime | None = None
        self._cried_at: dict[str, datetime] = {}
        self._well_at: datetime | None = None
        self._wrote_at: datetime | None = None
        self._anchor_at: datetime | None = None

    def look(self) -> list[Problem]:
        """Look once, cry for each problem or say that all is well, and give the problems, each with its code."""
        now = self._now()
        found = self._find(now)
        for code in set(self._cried_at) - {one["problem"] for one in found}:
            del self._cried_at[code]
            logger.warning("%s: no more", code)
            self._say({"problem": None, "over": code, "at": moment(now)})
        for one in found:
            cried_at = self._cried_at.get(one["problem"])
            if cried_at is None or now - cried_at >= CRY_AGAIN:
                self._cried_at[one["problem"]] = now
                logger.critical("%s: %s", one["problem"], len(one["rows"]))
                self._say(one)
        if found:
            self._well_at = None
        elif self._well_at is None or now - self._well_at >= WATCHDOG_EVERY:
            self._well_at = now
            _try(self._ways.all_is_well)
        self._leave_seal(now)
        return found

    def _leave_seal(self, now: datetime) -> None:
        """Send the newest seal each hour; what was not heard is sent again after a minute."""
        if self._anchor_at is not None and now < self._anchor_at:
            return
        self._anchor_at = now + ANCHOR_AGAIN
        try:
            with self._store.read() as connection:
                newest = seals.newest(connection)
        except SQLAlchemyError:
            return  # the look has said so already
        if newest is None:
            return
        body = {"number": newest.number, "hash": newest.hash, "last_id": newest.last_id, "at": moment(now)}
        if _try(lambda: self._ways.anchor(json.dumps(body).encode())):
            self._anchor_at = now + ANCHOR_EVERY

    def _find(self, now: datetime) -> list[Problem]:
        try:
            with self._store.read() as connection:
                rows = _late(connection, now) | {"no_live_console": self._without_console(connection, now)}
        except SQLAlchemyError as failure:
            rows = {"database_unreadable": [{"kind": type(failure).__name__}]}
        else:
            rows |= self._write(now)
        return [
            {"problem": code, "at": moment(now), "rows": [_written(one, now) for one in of_code]}
            for code, of_code in rows.items()
            if of_code
        ]

    def _without_console(self, connection: Connection, now: datetime) -> Iterable[Mapping[str, Any]]:
        """Look every half minute which stations nobody would see an alarm of, since it reads all posts."""
        if self._limits is not None and (self._watched_at is None or now - self._watched_at >= WATCHED_EVERY):
            self._watched_at = now
            self._unwatched = list(unwatched.during_a_peak(connection, self._limits, now))
        return self._unwatched

    def _write(self, now: datetime) -> dict[str, Iterable[Mapping[str, Any]]]:
        """Try every ten seconds, and until it works again, whether anything can be written."""
        if self._wrote_at is not None and now - self._wrote_at < WRITE_EVERY:
            return {}
        try:
            with self._store.transaction(now) as transaction:
                schema_state.try_write(transaction.connection, "auditor", now)
        except SQLAlchemyError as failure:
            self._wrote_at = None
            full = isinstance(failure, DBAPIError) and is_disk_full(failure)
            code = "disk_full" if full else "database_unwritable"
            return {code: [{"kind": type(failure).__name__}]}
        self._wrote_at = now
        return {}

    def _say(self, said: Problem) -> None:
        _try(lambda: self._ways.cry(json.dumps(said).encode()))


def _late(connection: Connection, now: datetime) -> dict[str, Iterable[Mapping[str, Any]]]:
    """Read what is wrong, by the code of the problem."""
    return {
        "alarm_without_step": overdue_checks.without_step(connection),
        "steps_not_taken": overdue_checks.steps(connection, now - TOO_OLD),
        "answers_not_timed_out": overdue_checks.answers(connection, now - TOO_OLD),
        "messages_stuck": overdue_checks.unsent(connection, now - STUCK),
    }


def _written(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    if "due_at" not in row:
        return dict(row)
    late_s = round((now - row["due_at"]).total_seconds())
    return {**row, "due_at": moment(row["due_at"]), "late_s": late_s}


def _try(way: Callable[[], None]) -> bool:
    """Tell whether a call was heard."""
    try:
        way()
    except NotSent as why:
        logger.error("the auditor was not heard: %s", why.reason)
        return False
    return True
