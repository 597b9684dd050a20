"""The loop that drives the duties of the clock, each on its own beat."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.config import Settings
from server.domain.rules import Rules
from server.jobs import escalation, messages, openings, responses, retention
from server.store.transaction import Store

logger = logging.getLogger("huxue.clock")

TICK_S = 0.5


@dataclass(slots=True)
class Duty:
    """One duty: what it does, how often, and when by the monotonic clock it is next."""

    name: str
    every_s: float
    work: Callable[[datetime], Any]
    next_at: float = field(default=0.0)


class Clockwork:
    """Runs the duties of one process. A failing duty is tried again on its next beat; the others go on."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        now: Callable[[], datetime],
        channels: Any,
        settings: Settings,
    ) -> None:
        opened = openings.Openings(store, rules)
        self._now = now
        self._duties = [
            Duty("responses", 0.5, lambda at: responses.time_out_due(store, rules, at)),
            Duty("escalation", 0.5, lambda at: escalation.take_due(store, rules, at)),
            Duty("messages", 0.5, lambda at: messages.send_due(store, channels, at)),
            Duty("tidy", 60.0, lambda at: messages.tidy(store, at)),
            Duty("openings", 1.0, opened.work),
            Duty("overdue", 10.0, lambda at: openings.close_overdue(store, rules, at)),
            Duty("retention", 60.0, lambda at: retention.purge(store, settings, at)),
        ]

    def run(self) -> None:
        """Drive the duties, for ever."""
        while True:
            self.tick(time.monotonic())
            time.sleep(TICK_S)

    def tick(self, at: float) -> None:
        """Do each duty whose beat has come; due times move by the monotonic clock, which never jumps."""
        for duty in self._duties:
            if duty.next_at <= at:
                duty.next_at = at + duty.every_s
                self._do(duty)

    def _do(self, duty: Duty) -> None:
        try:
            steps = duty.work(self._now())
            if isinstance(steps, Iterator):
                for _step in steps:
                    time.sleep(0)
        except SQLAlchemyError as failure:
            logger.error("%s: database: %s", duty.name, type(failure).__name__)
        except Exception as failure:
            logger.error("%s failed: %s", duty.name, type(failure).__name__, exc_info=True)
