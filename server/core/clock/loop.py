"""The loop that drives the duties of the clock, each on its own beat."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from server.core.clock.duty import Duty
from server.core.database import due_times
from server.core.database.due_times import DueTime
from server.core.database.transaction import Store
from server.core.faults import named, without_values

logger = logging.getLogger("huxue.clock")

TICK_S = 0.5
# Far more than a busy machine delays a tick by, far less than the shortest step.
SMALLEST_JUMP = timedelta(seconds=2)


class Clockwork:
    """Runs the duties of one process. A failing duty is tried again on its next beat; the others go on."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        duties: Sequence[Duty],
        due_times: Sequence[DueTime] = (),
    ) -> None:
        self._store, self._now, self._due_times = store, now, due_times
        self._before: tuple[datetime, float] | None = None
        self._duties = duties
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
        if not self._store.is_sqlite or not self._due_times:
            return
        now = self._now()
        before = self._before or (now, at)
        jump = (now - before[0]) - timedelta(seconds=at - before[1])
        if abs(jump) >= SMALLEST_JUMP:
            logger.warning("the clock jumped by %s s: what is due moves along", round(jump.total_seconds()))
            with self._store.transaction(now) as transaction:
                due_times.shift(transaction.connection, jump, self._due_times)
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
