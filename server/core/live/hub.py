"""The only emitter: tails the event log and sends each room one batch after another.

Order is the log's order in every process. Nothing depends on a wake-up that got lost: the log is read
once a second anyway, and a client that finds a gap asks for what it missed.
"""

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from server.core import json_text
from server.core.access.rooms import account_of, account_room
from server.core.access.sessions import RoomEvent
from server.core.database import event_log, event_rooms, short_events
from server.core.database.kept_rows import KEPT_CHANGED
from server.core.database.transaction import Store
from server.core.faults import named
from server.core.live import heartbeats
from server.core.live.emitter import Emitter
from server.core.live.news import News, ShortNews, batch, is_short, pieces, room_in_log, short_room, texts
from server.core.live.recent_events import RecentEvents

logger = logging.getLogger("huxue.hub")

ORDINARY_EVERY_S = 0.2
# What is told short is what a phone shows of its post, which each check-in there changes: each frame wakes a radio.
SHORT_EVERY_S = 2.0
READ_ANYWAY_EVERY_S = 1.0
# Some two milliseconds' worth.
ROOMS_AT_ONCE, URGENT_ROOMS_AT_ONCE = 100, 500

# Told in the log, but meant for the hubs and not for any room.
SESSION_ENDED = "session.ended"


class Hub:
    """One for each process; ``run`` is its loop, in a background task of the engine."""

    def __init__(
        self,
        store: Store,
        emitter: Emitter,
        *,
        end_session: Callable[[int], None],
        wall_clock: Callable[[], str],
        notify: Callable[[], None] = lambda: None,
    ) -> None:
        self.store, self.emitter = store, emitter
        self.end_session, self.wall_clock, self.notify = end_session, wall_clock, notify
        self.cursor, self.recent = 0, RecentEvents(store.kept)
        self.epoch = ""
        self.last: dict[str, int] = {}
        self.sockets: dict[str, int] = {}
        # The accounts with sockets in rooms of their own, by their numbers as text.
        self._here: set[str] = set()
        self.alarmed: set[str] = set()
        self._pending: dict[str, list[News]] = {}
        self._short_news, self._short_at = ShortNews(), dict[str, float]()
        self._urgent, self._flushing = set[str](), set[str]()
        self._woken = threading.Event()
        self._stopped = False
        self._readable = True
        self._rooms_sent = 0
        self._flushed = self._beat = self._slow_beat = 0.0

    def start(self) -> None:
        """Begin at the end of the log: what came before is in every client's first fetch."""
        with self.store.read() as connection:
            self.cursor, self.epoch = event_log.last(connection), event_log.epoch(connection)
            self.recent.begin(connection, self.cursor)

    def wake(self) -> None:
        """Read the log now: something was committed in this process."""
        self.recent.is_complete = False
        self._woken.set()
        self.notify()

    def woken_from_outside(self) -> None:
        """Read the log now: another process published."""
        self._woken.set()

    def stop(self) -> None:
        """End the loop after its current round."""
        self._stopped = True
        self._woken.set()

    def enter(self, room: str, known: tuple[int, int] | None = None) -> int:
        """Count a socket into a room and give the id that its first batch will follow.

        ``known`` is the room's newest event as it was read up to an event, that one first. The read may yield on
        PostgreSQL, so it is repeated until no batch was read meanwhile.
        """
        if known is not None and known[0] == self.cursor:
            self.last.setdefault(room, known[1])
        while room not in self.last:
            before = self.cursor
            with self.store.read() as connection:
                newest = event_rooms.last_in_room(connection, room_in_log(room), up_to=before)
            if self.cursor == before:
                self.last.setdefault(room, newest)
        self.sockets[room] = self.sockets.get(room, 0) + 1
        if (number := account_of(room_in_log(room))) is not None:
            self._here.add(number)
        pending = self._pending.get(room)
        return self.last[room] if not pending else min(self.last[room], pending[0].event.id - 1)

    def history(self, room: str) -> str:
        """Name the history that a room's clients follow."""
        return event_log.history_of(room_in_log(room), self.epoch)

    def leave(self, room: str) -> None:
        """Count a socket out of a room; a room without sockets is forgotten."""
        left = self.sockets.get(room, 0) - 1
        if left > 0:
            self.sockets[room] = left
            return
        for forgotten in (self.sockets, self.last, self._pending, self._short_at):
            forgotten.pop(room, None)
        self.alarmed.discard(room)
        self._urgent.discard(room)
        if self.sockets.keys().isdisjoint({own := room_in_log(room), short_room(own)}):
            self._here.discard(account_of(own) or "")

    def run(self) -> None:
        """Tail the log until stopped. A failing database is asked again each second."""
        while not self._stopped:
            self._woken.wait(ORDINARY_EVERY_S if self._pending else READ_ANYWAY_EVERY_S)
            self._woken.clear()
            self.round(time.monotonic())
            if not self._readable:
                time.sleep(READ_ANYWAY_EVERY_S)

    def round(self, at: float) -> None:
        """Read and send what is due at a moment of the monotonic clock.

        While the log cannot be read there are no heartbeats: who hears none knows that what he sees may be old.
        """
        self._short_news.forget()
        self._send_urgent(at)
        if at - self._flushed >= ORDINARY_EVERY_S:
            self._flushed = at
            for room in list(self._pending):
                if self._is_due(room, at):
                    self.flush(room, at)
                    self._let_others_run(at)
        if self._readable and at - self._beat >= heartbeats.EVERY_S:
            self._beat = at
            self.recent.forget_old()
            everybody = at - self._slow_beat >= heartbeats.QUIET_EVERY_S
            self._slow_beat = at if everybody else self._slow_beat
            self.heartbeat(at, everybody=everybody)

    def _send_urgent(self, at: float) -> None:
        """Read the log, and send what waits in the rooms that heard something urgent."""
        self._urgent |= self._read_if_it_can()
        for number, room in enumerate(self._urgent - self._flushing, start=1):
            self._urgent.discard(room)
            self.flush(room, at)
            if number % URGENT_ROOMS_AT_ONCE == 0:
                time.sleep(0)

    def _read_if_it_can(self) -> set[str]:
        try:
            if not self._readable:
                self._look_whether_it_is_the_same_log()
            before = time.monotonic()
            urgent = self.read()
            self.store.kept.heard(before)
            self.recent.is_complete = not self._woken.is_set()
        except SQLAlchemyError as failure:
            if self._readable:
                logger.error("log unreadable: %s", named(failure))
            self._readable = False
            return set()
        self._readable = True
        return urgent

    def _look_whether_it_is_the_same_log(self) -> None:
        """Begin anew when another log came back, which pages learn by its epoch; the same may have been set back."""
        with self.store.read() as connection:
            epoch = event_log.epoch(connection)
            if epoch == self.epoch:
                self.recent.begin(connection, self.cursor)
                return
            logger.warning("another log: its epoch is %s", epoch)
            cursor = event_log.last(connection)
            lasts = {
                room: event_rooms.last_in_room(connection, room_in_log(room), up_to=cursor)
                for room in self.sockets
            }
            self.recent.begin(connection, cursor)
        self.epoch, self.cursor, self.last = epoch, cursor, lasts
        self._pending.clear()
        self.store.kept.forget()

    def read(self) -> set[str]:
        """Take over what is new in the log; give the rooms in which something urgent waits."""
        urgent: set[str] = set()
        while True:
            with self.store.read() as connection:
                events = event_log.since(connection, self.cursor)
                short = self._shortened(connection, events)
            for one in events:
                self.cursor = one.id
                self.recent.take(one)
                if one.name == KEPT_CHANGED:
                    # A release before tells no kinds.
                    self.store.kept.forget(one.data.get("kinds"))
                if one.name == SESSION_ENDED:
                    self.end_session(one.data["session_id"])
                heard = self._heard(one)
                if heard:
                    news = News(one, short.get((one.id, one.reduced)))
                    for room in heard:
                        self._pending.setdefault(room, []).append(news)
                if one.urgent:
                    urgent.update(heard)
                    self.alarmed.update(heard)
            if len(events) < 1000:
                return urgent

    def _heard(self, one: event_log.Event) -> list[str]:
        """Give the rooms with sockets that hear an event."""
        rooms = [*one.rooms, *map(account_room, self._here.intersection(one.accounts))]
        return [name for room in rooms for name in (room, short_room(room)) if name in self.sockets]

    def _shortened(
        self, connection: Connection, events: list[event_log.Event]
    ) -> dict[tuple[int, bool], RoomEvent]:
        """Make the short form of those events that a room hears so, by their ids and whether they are reduced."""
        may_be = (one for one in events if short_events.may_be_short(one.name))
        told = [one for one in may_be if any(map(is_short, self._heard(one)))]
        found: dict[tuple[int, bool], RoomEvent] = {}
        for reduced in (False, True):
            some = ((one.id, one.name, one.data) for one in told if one.reduced == reduced)
            made = short_events.shortened(some, connection)
            found.update({(number, reduced): event for number, event in made.items()})
        return found

    def _is_due(self, room: str, at: float) -> bool:
        """Tell whether what waits for a room is to be sent: what may be told short is sent less often."""
        if not is_short(room) or any(one.short is None for one in self._pending.get(room, ())):
            return True
        return at - self._short_at.get(room, float("-inf")) >= SHORT_EVERY_S

    def flush(self, room: str, at: float) -> None:
        """Send a room what waits for it, and what is urgent of that which came meanwhile."""
        self._flushing.add(room)
        try:
            self._send(room, at)
            while room in self._urgent:
                self._urgent.discard(room)
                self._send(room, at)
        finally:
            self._flushing.discard(room)

    def _send(self, room: str, at: float) -> None:
        """Send a room what waits for it, as one batch, or where it is much as several."""
        epoch, news = self.history(room), self._pending.pop(room, [])
        if is_short(room):
            self._short_at[room] = at
        told = self._short_news.told(news, room) if is_short(room) else texts(news, room)
        for number, piece in enumerate(pieces(told)):
            if number:
                # Sockets take the piece before; who is fast never seems slow.
                self._rest(at)
                if room not in self.sockets:
                    return
            prev, self.last[room] = self.last.get(room, 0), piece[-1][0]
            told_now = batch(epoch, prev, piece[-1][0], (text for _id, text in piece))
            self.emitter.send("batch", told_now, to=room)

    def heartbeat(self, at: float, *, everybody: bool) -> None:
        """Tell rooms that they are alive and where they should be; quiet phones only now and then."""
        for room in list(self.sockets):
            if heartbeats.hears(room, self.alarmed, everybody=everybody):
                told = {"epoch": self.history(room), "last": self.last.get(room, 0), "at": self.wall_clock()}
                self.emitter.send("heartbeat", json_text.write(told), to=room)
                self._let_others_run(at)

    def _let_others_run(self, at: float) -> None:
        """Let requests be answered between many rooms of few sockets each."""
        self._rooms_sent += 1
        if self._rooms_sent % ROOMS_AT_ONCE == 0:
            self._rest(at)

    def _rest(self, at: float) -> None:
        """Let all others run once, and send first what they raised meanwhile.

        Where many wait, their turn takes so long that an alarm would stand seconds behind what is left.
        """
        time.sleep(0)
        # Not while an alarm is being sent in the pauses of another room.
        if self._woken.is_set() and len(self._flushing) < 2:
            self._woken.clear()
            self._send_urgent(at)
