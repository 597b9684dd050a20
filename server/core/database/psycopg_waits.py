"""How a green thread waits for PostgreSQL's answer.

psycopg hands over a generator that says what it waits for, and drives it with a function of its own choice
(``psycopg.waiting``). Its own for green threads makes a selector for each statement, and lets all others run before
the answer is looked at: an alarm of 35 statements would stand 35 times behind everybody. Most answers are there within
a millisecond, less than two changes of threads take. So each is waited for in place first, and only then do others run.
"""

import select
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from psycopg import OperationalError, waiting
from psycopg.waiting import Ready, Wait

from server.core.database.admission_queue import is_ahead

# An answer that takes longer lets others run; an alarm's, which nothing stands before, may stop them for longer.
IN_PLACE_MS, AHEAD_IN_PLACE_MS = 1, 10
# Two green threads cannot wait for both directions of a line at once: one is asked again soon.
BOTH_WAYS_S = 0.05
_READ, _WRITE = select.POLLIN | select.POLLPRI, select.POLLOUT


@dataclass(frozen=True, slots=True)
class GreenWait:
    """An async engine's own ways: ``poll`` makes the operating system's poll, which stops the whole process.

    The others take a descriptor and seconds, and let others run until it is so; they raise ``TimeoutError``.
    """

    poll: Callable[[], "select.poll"]
    until_readable: Callable[[int, float], None]
    until_writable: Callable[[int, float], None]


def use(green: GreenWait | None) -> None:
    """Let psycopg wait so in this process; ``None``, for threads of the system, leaves it as it is."""
    if green is not None:
        waiting.wait = waits(green)


def waits(green: GreenWait) -> Callable[..., Any]:
    """Make a function that drives psycopg's generators, with the signature of ``psycopg.waiting.wait``."""

    def wait(
        generator: Generator[Wait, Ready | int, Any],
        fileno: int,
        interval: float = 0.0,
        timeout: float | None = None,
    ) -> Any:
        if timeout is not None:
            # For notifications alone, which nobody here waits for.
            return waiting.wait_selector(generator, fileno, interval, timeout)
        poll, in_place_ms = green.poll(), AHEAD_IN_PLACE_MS if is_ahead() else IN_PLACE_MS
        try:
            wanted = next(generator)
            while True:
                poll.register(fileno, (_READ if wanted & Wait.R else 0) | (_WRITE if wanted & Wait.W else 0))
                if not (found := poll.poll(in_place_ms)):
                    # Once a statement: many that wait for a lock would stop the process in turns.
                    in_place_ms = 0
                    until = green.until_writable if wanted & Wait.W else green.until_readable
                    with suppress(TimeoutError):
                        until(fileno, BOTH_WAYS_S if wanted == Wait.RW else interval)
                    found = poll.poll(0)
                wanted = generator.send(_ready(found[0][1] if found else 0, wanted))
        except StopIteration as answered:
            return answered.value

    return wait


def _ready(state: int, wanted: Wait) -> Ready:
    if state & select.POLLNVAL:
        raise OperationalError("connection socket closed")
    # A line that has ended or failed is one to read from: it is there that psycopg finds out.
    read = wanted & Wait.R and state & ~_WRITE
    write = wanted & Wait.W and state & ~_READ
    return Ready((Ready.R if read else 0) | (Ready.W if write else 0))
