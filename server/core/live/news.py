"""Events on their way to the sockets, as the text that they are told in."""

import json
from collections.abc import Iterable, Iterator

from server.core.database import event_log, event_tailors
from server.core.live.floods import MOST_HELD

# Half of what is kept for a slow reader (server/core/live/floods.py).
MOST_AT_ONCE = MOST_HELD // 2


class News:
    """An event that waits for its rooms; what all of them hear alike is made into text once."""

    __slots__ = ("_text", "event")

    def __init__(self, event: event_log.Event) -> None:
        self.event = event
        self._text = "" if event_tailors.is_tailored(event.name) else self._written("")

    def text(self, room: str) -> str:
        """Give the event as a room hears it, in JSON."""
        return self._text or self._written(room)

    def _written(self, room: str) -> str:
        data = event_tailors.told_in(self.event.name, self.event.data, room)
        return written({"id": self.event.id, "name": self.event.name, "data": data})


_encoder = json.JSONEncoder(separators=(",", ":"))


def written(told: object) -> str:
    """Write JSON as Socket.IO's library does, byte for byte."""
    return _encoder.encode(told)


def pieces(news: Iterable[News], room: str) -> Iterator[list[tuple[int, str]]]:
    """Divide what a room hears, id and text: what is sent at once stays well below what is kept for a reader."""
    piece: list[tuple[int, str]] = []
    size = 0
    for one in news:
        text = one.text(room)
        if piece and size + len(text) > MOST_AT_ONCE:
            yield piece
            piece, size = [], 0
        piece.append((one.event.id, text))
        size += len(text)
    if piece:
        yield piece
