"""Events on their way to the sockets, as the text that they are told in.

Sockets that ask for it hear some events short. They are in a room of their own, which is a room of the log and a
suffix.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from server.core import json_text
from server.core.access.sessions import RoomEvent
from server.core.database import event_log, event_tailors, short_events, whole_states
from server.core.live.floods import MOST_HELD

# Half of what is kept for a slow reader (server/core/live/floods.py).
MOST_AT_ONCE = MOST_HELD // 2
_SHORT = "~short"
# How a page asks for it, at its connect and where it catches up: ``lines``.
LINES_WHOLE, LINES_SHORT = "whole", "short"

# An event's id, and the event as JSON.
Told = tuple[int, str]


def short_room(room: str) -> str:
    """Name the room of those who hear the events of a room of the log short."""
    return room + _SHORT


def is_short(room: str) -> bool:
    """Tell whether a room hears events short."""
    return room.endswith(_SHORT)


def room_in_log(room: str) -> str:
    """Name the room of the log whose events a room hears."""
    return room.removesuffix(_SHORT)


class News:
    """An event that waits for its rooms; it is read once, and what all of them hear alike is made into text once."""

    __slots__ = ("_data", "_text", "event", "short")

    def __init__(self, event: event_log.Event, short: RoomEvent | None = None) -> None:
        self.event, self.short = event, short
        self._text: str | None = None
        self._data: dict[str, Any] | None = None

    @property
    def data(self) -> dict[str, Any]:
        """Give the event's data."""
        if self._data is None:
            self._data = self.event.data
        return self._data

    def text(self, room: str) -> str:
        """Give the event as a room of the log hears it, in JSON."""
        if self._text is not None:
            return self._text
        text = self._as_written() or written(self.told(room))
        if not event_tailors.is_tailored(self.event.name):
            self._text = text
        return text

    def _as_written(self) -> str | None:
        """Give the event with its data as the log has them, where all rooms hear those."""
        one = self.event
        data = None if one.reduced else event_tailors.text_told(one.name, one.text)
        return f'{{"id":{one.id},"name":{written(one.name)},"data":{data}}}' if data else None

    def told(self, room: str) -> RoomEvent:
        """Give the event as a room of the log hears it."""
        one = self.event
        return {"id": one.id, "name": one.name, "data": event_tailors.told_in(one.name, self.data, room)}


def standing(news: Sequence[News], *, short: bool) -> list[News]:
    """Leave out each whole state that a later one of the same thing stands for: a page shows only that.

    What a room hears ``short`` is no whole state: it is joined instead.
    """
    if len(news) == 1:
        return list(news)
    left: list[News] = []
    known: set[object] = set()
    for one in reversed(news):
        about = None if short and one.short else whole_states.about(one.event.name, one.event.text)
        if about is None or about not in known:
            left.append(one)
        if about is not None:
            known.add(about)
    return left[::-1]


def texts(news: Sequence[News], room: str) -> list[Told]:
    """Give what a room hears whole."""
    return [(one.event.id, one.text(room)) for one in standing(news, short=False)]


class ShortNews:
    """What several rooms hear short is joined and made into text once; kept for one round of the hub."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, ...], list[Told]] = {}

    def told(self, news: Sequence[News], room: str) -> list[Told]:
        """Give what waits for a room, with those events joined that are about the same thing."""
        news = standing(news, short=True)
        key = tuple(one.event.id for one in news) if all(one.short for one in news) else ()
        if key not in self._made:
            events = short_events.joined(one.short or one.told(room_in_log(room)) for one in news)
            made = [(one["id"], written(one)) for one in events]
            if not key:
                return made
            self._made[key] = made
        return self._made[key]

    def forget(self) -> None:
        """Begin a round."""
        self._made.clear()


def written(told: object) -> str:
    """Write JSON as it goes over a socket."""
    return json_text.write(told)


def batch(epoch: str, prev: int, last: int, events: Iterable[str]) -> str:
    """Write a batch, as it goes over a socket and as the answer to who catches up."""
    return f'{{"epoch":{written(epoch)},"prev":{prev},"last":{last},"events":[{",".join(events)}]}}'


def pieces(told: Iterable[Told]) -> Iterator[list[Told]]:
    """Divide what a room hears: what is sent at once stays well below what is kept for a reader."""
    piece: list[Told] = []
    size = 0
    for number, text in told:
        as_bytes = len(text.encode())
        if piece and size + as_bytes > MOST_AT_ONCE:
            yield piece
            piece, size = [], 0
        piece.append((number, text))
        size += as_bytes
    if piece:
        yield piece
