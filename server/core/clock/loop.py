"""The loop that drives the duties of the clock, each on its own beat."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.alarm.jobs import escalation, responses
from server.audit import jobs as audit_jobs
from server.config import Settings
from server.core.clock import retention
from server.core.clock.row_retry import OneByOne
from server.core.database import due_times
from server.core.database.transaction import Store
from server.core.faults import named, without_values
from server.core.limits import Limits
from server.delivery.jobs import messages
from server.duty import jobs as duty_jobs

logger = logging.getLogger("huxue.clock")

TICK_S = 0.5
# Far more than a busy machine delays a tick by, far less than the shortest step.
SMALLEST_JUMP = timedelta(seconds=2)


@dataclass(slots=True)
class Duty:
    """One duty: what it does, how often, row by row, and when by the monotonic clock it is next."""

    every_s: float
    rows: OneByOne
    work: Callable[[datetime, OneByOne], Any]
    next_at: float = field(default=0.0)

    @property
    def name(self) -> str:
        """Give its name, as logs and figures have it."""
        return self.rows.duty


class Clockwork:
    """Runs the duties of one process. A failing duty is tried again on its next beat; the others go on."""

    def __init__(
        self,
        store: Store,
        limits: Limits,
        now: Callable[[], datetime],
        channels: Any,
        settings: Settings,
    ) -> None:
        self._store, self._now = store, now
        self._before: tuple[datetime, float] | None = None
        self._duties = _duties(store, limits, channels, settings)
        # When the last round began, by the monotonic clock; ``None`` in a process that drives no duties.
        self.beat_at: float | None = None
        # Rows that failed, and whole rounds, since this process began.
        self.failures: Counter[str] = Counter({duty.name: 0 for duty in self._duties})
        for duty in self._duties:
            duty.rows.failures = self.failures

    def run(self) -> None:
        """Drive the duties, for ever."""
        while True:
            self.tick(time.monotonic())
            time.sleep(TICK_S)

    def tick(self, at: float) -> None:
        """Do each duty whose beat has come; beats move by the monotonic clock, which never jumps."""
        self.beat_at = at
        self._follow_a_jump(at)
        for duty in self._duties:
            if duty.next_at <= at:
                duty.next_at = at + duty.every_s
                self._do(duty)

    def _follow_a_jump(self, at: float) -> None:
        """Move what is due along when the machine's clock jumped, so that nothing stalls and nothing rushes.

        PostgreSQL's clock is asked by all processes; SQLite has only the machine's.
        """
        if not self._store.is_sqlite:
            return
        now = self._now()
        before = self._before or (now, at)
        jump = (now - before[0]) - timedelta(seconds=at - before[1])
        if abs(jump) >= SMALLEST_JUMP:
            logger.warning("the clock jumped by %s s: what is due moves along", round(jump.total_seconds()))
            with self._store.transaction(now) as transaction:
                due_times.shift(transaction.connection, jump)
        # Only now: a jump that could not be followed is seen again in the next round.
        self._before = now, at

    def _do(self, duty: Duty) -> None:
        try:
            steps = duty.work(self._now(), duty.rows)
            if isinstance(steps, Iterator):
                for _step in steps:
                    time.sleep(0)
        except SQLAlchemyError as failure:
            self.failures[duty.name] += 1
            logger.error("%s: database: %s", duty.name, named(failure))
        except Exception as failure:
            self.failures[duty.name] += 1
            logger.error("%s failed: %s", duty.name, named(failure), exc_info=without_values(failure))


def _duties(store: Store, limits: Limits, channels: Any, settings: Settings) -> list[Duty]:
    opened = duty_jobs.Openings(store, limits)
    return [
        Duty(every_s, OneByOne(name), work)
        for name, every_s, work in (
            ("responses", 0.5, lambda at, rows: responses.time_out_due(store, limits, at, rows)),
            ("escalation", 0.5, lambda at, rows: escalation.take_due(store, limits, at, rows)),
            ("messages", 0.5, lambda at, _rows: messages.send_due(store, channels, at)),
            ("tidy", 60.0, lambda at, _rows: messages.tidy(store, at)),
            ("openings", 1.0, opened.work),
            ("overdue", 10.0, lambda at, rows: duty_jobs.close_overdue(store, limits, at, rows)),
            ("seals", 600.0, lambda at, _rows: audit_jobs.seal_all_settled(store, at)),
            ("retention", 10.0, lambda at, rows: retention.purge(store, settings, at, rows)),
        )
    ]
