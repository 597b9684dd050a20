"""The auditor: a process of its own that only reads, and cries when the clock duties have fallen asleep.

It shares nothing with the engine that it watches but the database: not its loop, not its messages, not its
memory. While all is well it calls a watchdog outside, which cries when these calls stop: so the auditor is
watched, too.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.channels.base import NotSent
from server.domain.moments import moment
from server.store import ladders
from server.store.transaction import Store

logger = logging.getLogger("huxue.auditor")

LOOK_EVERY_S = 2.0
TOO_OLD = timedelta(seconds=10)
CRY_AGAIN = timedelta(seconds=60)
WATCHDOG_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Ways:
    """How the auditor is heard: a cry with its facts, and the sign that all is well."""

    cry: Callable[[bytes], None]
    all_is_well: Callable[[], None]


class Auditor:
    """Looks for steps that should have been taken long ago."""

    def __init__(self, store: Store, now: Callable[[], datetime], ways: Ways) -> None:
        self._store, self._now, self._ways = store, now, ways
        self._cried_at: datetime | None = None
        self._well_at: datetime | None = None

    def look(self) -> dict[str, Any]:
        """Look once, cry or say that all is well, and give what was found."""
        now = self._now()
        found = self._find(now)
        if found["problem"] is None:
            if self._cried_at is not None:
                self._cried_at = None
                self._say(found)
            if self._well_at is None or now - self._well_at >= WATCHDOG_EVERY:
                self._well_at = now
                _try(self._ways.all_is_well)
        else:
            self._well_at = None
            if self._cried_at is None or now - self._cried_at >= CRY_AGAIN:
                self._cried_at = now
                self._say(found)
        return found

    def _find(self, now: datetime) -> dict[str, Any]:
        facts: dict[str, Any] = {"problem": None, "at": moment(now), "steps": []}
        try:
            with self._store.read() as connection:
                overdue = ladders.overdue(connection, now - TOO_OLD)
        except SQLAlchemyError as failure:
            return facts | {"problem": "database_unreadable", "kind": type(failure).__name__}
        if not overdue:
            return facts
        steps = [
            {
                "alarm_id": row["alarm_id"],
                "tier": row["tier"],
                "due_at": moment(row["due_at"]),
                "late_s": round((now - row["due_at"]).total_seconds()),
            }
            for row in overdue
        ]
        return facts | {"problem": "steps_not_taken", "steps": steps}

    def _say(self, found: dict[str, Any]) -> None:
        if found["problem"] is None:
            logger.warning("all steps are being taken again")
        else:
            logger.critical("%s: %s steps", found["problem"], len(found["steps"]))
        _try(lambda: self._ways.cry(json.dumps(found).encode()))


def _try(way: Callable[[], None]) -> None:
    try:
        way()
    except NotSent as why:
        logger.error("the auditor was not heard: %s", why.reason)
