"""Work on many rows by the clock: a row that fails, whatever is wrong with it, holds up no other."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from server.core.faults import named, without_values

logger = logging.getLogger("huxue.clock")

# The database itself is away, full or locked: every other row would fail in the same way, and after a long wait.
DATABASE_AWAY = (OperationalError, InterfaceError, NoConnection)

# A row that fails again and again is tried ever more seldom: it fills neither the log nor the round.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 15, 30))


@dataclass(slots=True)
class RowRetry:
    """Does a duty's work row by row; one that fails is logged, counted and left in peace for a while.

    Times are the ``now`` of the rounds; a clock that was set back ends every pause.
    """

    duty: str
    failures: Counter[str] = field(default_factory=Counter)
    _failed: dict[int, tuple[int, datetime]] = field(default_factory=dict)

    def resting(self, now: datetime) -> set[int]:
        """Give the rows that failed and are not to be tried again yet."""
        return {row for row in self._failed if self._rests(row, now)}

    def each(self, rows: Iterable[int], work: Callable[[int], int], now: datetime) -> int:
        """Do the work for each row that does not rest, and add up what it gives.

        Raises ``SQLAlchemyError`` at once when the database cannot take anything. The row that met it comes after
        the others in the next round, should it alone be to blame (a lock that somebody holds).
        """
        count = 0
        for row in rows:
            if self._rests(row, now):
                continue
            # A press that came meanwhile goes first: SQLite never lets anybody in between by itself.
            time.sleep(0)
            try:
                count += work(row)
            except DATABASE_AWAY:
                self._failed[row] = (0, now)
                raise
            except Exception as failure:
                what = named(failure)
                logger.error("%s: %s failed: %s", self.duty, row, what, exc_info=without_values(failure))
                self._note(row, now)
            else:
                self._failed.pop(row, None)
        return count

    def together(self, rows: Sequence[int], work: Callable[[Sequence[int]], int], now: datetime) -> int:
        """Do the work for some rows at once, in one transaction, or each by itself when one of them fails."""
        fit = [row for row in rows if not self._rests(row, now)]
        if not fit:
            return 0
        try:
            count = work(fit)
        except DATABASE_AWAY:
            raise
        except Exception as failure:
            what = named(failure)
            logger.debug("%s: one of %s: %s", self.duty, len(fit), what, exc_info=without_values(failure))
            return self.each(fit, lambda row: work([row]), now)
        for row in fit:
            self._failed.pop(row, None)
        return count

    def _rests(self, row: int, now: datetime) -> bool:
        if row not in self._failed:
            return False
        times, at = self._failed[row]
        return timedelta() <= now - at < PAUSES[min(times, len(PAUSES) - 1)]

    def _note(self, row: int, now: datetime) -> None:
        times = self._failed[row][0] + 1 if row in self._failed else 0
        self._failed[row] = (times, now)
        self.failures[self.duty] += 1
