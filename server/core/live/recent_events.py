"""The end of the log in memory, by who heard it: what a page missed that comes back is mostly there.

After a restart thousands come back within seconds, and each would ask the database half a dozen times for the same.
"""

import time
from collections import deque
from collections.abc import Callable
from itertools import islice, takewhile

from sqlalchemy import Connection

from server.core.access.rooms import account_room
from server.core.database import event_log
from server.core.database.event_log import Event
from server.core.database.kept_rows import KeptRows

MOST_BYTES = 16 * 1024 * 1024
# What the machine keeps beside the text, measured.
OF_AN_EVENT, OF_A_ROOM = 400, 250
# The log itself forgets people after days; who comes back from a restart comes within minutes.
LASTS_S = 3600.0
# Of the end of the log this many are read at a start, so many at once.
TAKEN_UP_AT_START, AT_ONCE = 5_000, 500


class RecentEvents:
    """The newest events up to the hub's cursor, without a gap."""

    def __init__(
        self,
        kept: KeptRows,
        most_bytes: int = MOST_BYTES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept, self._most_bytes, self._monotonic = kept, most_bytes, monotonic
        self._bytes = 0
        # Each with the moment at which it was taken; the first ``_in_rooms`` of them are listed by room as well.
        self._events: deque[tuple[float, Event]] = deque()
        self._in_rooms = 0
        self._by_room: dict[str, deque[Event]] = {}
        self._begins = False
        self.is_complete = False
        """Whether nothing was committed in this process that the hub has not read yet."""

    def begin(self, connection: Connection, last: int, at_once: int = AT_ONCE) -> None:
        """Forget all; take up the end of the log up to the event ``last``, as much of it as there is room for."""
        self._events.clear()
        self._by_room.clear()
        # Between two pieces others ask, who must not take what is there for all.
        self._bytes, self._in_rooms, self._begins = 0, 0, True
        after = event_log.nth_newest(connection, TAKEN_UP_AT_START)
        while after < last:
            piece = [one for one in event_log.since(connection, after, at_once) if one.id <= last]
            for one in piece:
                self.take(one)
            after = piece[-1].id if piece else last
        self._begins = False

    def take(self, one: Event) -> None:
        """Add the event that follows; what is too much goes, the oldest first.

        By room it is listed when a page next asks: in a peak nobody asks, and most of what comes is gone before.
        """
        self._events.append((self._monotonic(), one))
        self._bytes += _size(one)
        while self._bytes > self._most_bytes:
            self._forget_oldest()

    def forget_old(self) -> None:
        """Let go what was taken more than an hour ago."""
        before = self._monotonic() - LASTS_S
        while self._events and self._events[0][0] < before:
            self._forget_oldest()

    def heard(self, room: str, after: int) -> list[Event] | None:
        """Give what a room of the log heard after an event of its own; ``None`` where that is not known here."""
        if self._begins:
            return None
        self._list_by_room()
        here = self._by_room.get(room, ())
        if not here or here[0].id > after:
            return None
        later = [*takewhile(lambda one: one.id > after, reversed(here))]
        return later[::-1] if here[-1 - len(later)].id == after else None

    def missed(self, room: str, after: int) -> list[Event] | None:
        """Give what ``heard`` does, if nothing newer can be in the log that a page does not hear by now."""
        return self.heard(room, after) if self.is_complete and self._kept.is_current else None

    def _list_by_room(self) -> None:
        for _taken_at, one in islice(self._events, self._in_rooms, None):
            for room in _rooms(one):
                self._by_room.setdefault(room, deque()).append(one)
        self._in_rooms = len(self._events)

    def _forget_oldest(self) -> None:
        _taken_at, oldest = self._events.popleft()
        self._bytes -= _size(oldest)
        if not self._in_rooms:
            return
        self._in_rooms -= 1
        for room in _rooms(oldest):
            here = self._by_room[room]
            here.popleft()
            if not here:
                del self._by_room[room]


def _rooms(one: Event) -> set[str]:
    return {*one.rooms, *map(account_room, one.accounts)}


def _size(one: Event) -> int:
    return len(one.text) + OF_AN_EVENT + OF_A_ROOM * (len(one.rooms) + len(one.accounts))
