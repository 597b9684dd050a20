"""A duty of the clock: what an area has done again and again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.core.clock.row_retry import RowRetry


@dataclass(slots=True)
class Duty:
    """One duty: what it does, how often, row by row, and when by the monotonic clock it is next."""

    every_s: float
    rows: RowRetry
    work: Callable[[datetime, RowRetry], Any]
    next_at: float = field(default=0.0)

    @property
    def name(self) -> str:
        """Give its name, as logs and figures have it."""
        return self.rows.duty
