"""What a socket may send before anything of it is dispatched, and what becomes of one that sends more.

A page sends one word every 20 s (its pong), one when it is hidden or shown, and one when it comes in. Ten times that
is granted. A socket that sends more is closed with a reason and counted; its session's next sockets are let in later
and later. What the session asks for by HTTP, an alarm above all, is not touched.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from server.core.access.roles import Actor
from server.core.budgets import Allowance, Budget, Budgets
from server.core.live.reconnect_throttle import ACTOR

logger = logging.getLogger("huxue.floods")

# In a minute: three pongs, ten times hidden or shown, one greeting of some 200 bytes; and that ten times over.
FRAMES = Allowance(140, 140 / 60)
BYTES = Allowance(8192, 8192 / 60)
# Twenty tabs that each come back some ten times; after that one every half second.
ENTRIES = Allowance(200, 2)
# What waits for a reader who does not take it.
MOST_HELD = 256 * 1024
FIRST_DELAY_S, LONGEST_DELAY_S, FORGOTTEN_AFTER_S = 15.0, 600.0, 3600.0

TOO_MANY_FRAMES, TOO_MANY_BYTES, BINARY, TOO_SLOW, TOO_OFTEN = (
    *("too_many_frames", "too_many_bytes", "binary"),
    *("too_slow", "too_often"),
)


@dataclass(frozen=True, slots=True)
class Delay:
    """Until when a session's next socket waits, and how often it has been closed for what it sent."""

    until: float
    times: int


class Floods:
    """One for each process: the delays of sessions, and what was counted."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self.counts: Counter[str] = Counter()
        self._delays: dict[int, Delay] = {}
        self._entries = Budgets(ENTRIES.most / ENTRIES.a_second)

    def meter(self, session_id: int | None) -> "Meter":
        """Make the meter of a new socket."""
        return Meter(self, session_id, self._monotonic)

    def meter_of(self, environ: dict[str, Any]) -> "Meter":
        """Make the meter of the socket that a request opens."""
        actor: Actor | None = environ.get(ACTOR)
        return self.meter(actor.session_id if actor is not None else None)

    def wait_s(self, session_id: int) -> int:
        """Count an entry of a session; gives the seconds after which it may come in, 0 for now."""
        at = self._monotonic()
        delay = self._delays.get(session_id)
        if delay is not None and delay.until > at:
            self.counts["delayed"] += 1
            return ceil(delay.until - at)
        missing_s = self._entries.spend(session_id, ENTRIES, at)
        if missing_s:
            self.counts[TOO_OFTEN] += 1
        return ceil(missing_s)

    def closed(self, session_id: int | None, reason: str) -> None:
        """Note that a socket was closed for what it sent or did not take."""
        self.counts[reason] += 1
        if session_id is None or reason == TOO_SLOW:
            return
        at = self._monotonic()
        before = self._delays.get(session_id)
        times = before.times + 1 if before is not None else 1
        seconds = min(FIRST_DELAY_S * 2 ** min(times - 1, 20), LONGEST_DELAY_S)
        self._delays[session_id] = Delay(at + seconds, times)
        logger.warning("socket closed: %s, session %d, the next one after %d s", reason, session_id, seconds)

    def forget(self) -> None:
        """Forget sessions that have kept still for long."""
        at = self._monotonic()
        for session_id, delay in list(self._delays.items()):
            if at - delay.until > FORGOTTEN_AFTER_S:
                del self._delays[session_id]


class Meter:
    """What one socket has sent."""

    def __init__(self, floods: Floods, session_id: int | None, monotonic: Callable[[], float]) -> None:
        self._floods, self._session_id, self._monotonic = floods, session_id, monotonic
        at = monotonic()
        self._frames, self._bytes = Budget.full(FRAMES, at), Budget.full(BYTES, at)

    def over(self, size: int, *, binary: bool = False) -> str | None:
        """Count a frame; gives why the socket is to be closed, ``None`` where it is within its budget."""
        at = self._monotonic()
        self._frames, frames_s = self._frames.spend(1, at)
        self._bytes, bytes_s = self._bytes.spend(size, at)
        reason = BINARY if binary else TOO_MANY_FRAMES if frames_s else TOO_MANY_BYTES if bytes_s else None
        if reason is not None:
            self._floods.closed(self._session_id, reason)
        return reason

    def too_slow(self) -> None:
        """Note that the socket was closed since it did not take what was told it."""
        self._floods.closed(self._session_id, TOO_SLOW)
