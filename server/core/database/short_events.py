"""What pages that ask for it hear in place of a whole state: what of it changed.

An event that may be told short keeps it under ``SHORT``, beside the whole state that all others hear.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from server.core import json_text
from server.core.access.sessions import RoomEvent

SHORT = "short"
# As ``json_text.with_one_more`` writes it.
_MARK = f',"{SHORT}":'
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shortener:
    """How events of one name are told short.

    ``name`` is what such an event is called then, ``of`` the key of its data that says what it is about. ``unknown``
    makes its data of a whole state for which nobody has noted what changed, ``joined`` one of two that follow each
    other; ``complete`` adds to some what the log does not hold, for those who hear them as they happen.
    """

    name: str
    of: str
    unknown: Callable[[Any], Data]
    joined: Callable[[Any, Any], Data]
    complete: Callable[[Connection, Sequence[Any]], Sequence[Data]]


_shorteners: dict[str, Shortener] = {}
_by_short_name: dict[str, Shortener] = {}


def shorten_by(shorteners: Mapping[str, Shortener]) -> None:
    """Let events of some names be told short (``server.areas`` knows which)."""
    _shorteners.update(shorteners)
    _by_short_name.update({one.name: one for one in shorteners.values()})


def whole_text(text: str) -> str | None:
    """Give the data of an event without what is told short, all as JSON; ``None`` where that takes reading them.

    What is told short was put behind all else (``json_text.with_one_more``).
    """
    before, mark, short = text.rpartition(_MARK)
    if not mark:
        return None if f'"{SHORT}"' in text else text
    try:
        json_text.read(short.removesuffix("}"))
    except ValueError:
        return None
    return None if f'"{SHORT}"' in before else before + "}"


def may_be_short(name: str) -> bool:
    """Tell whether events of a name are told short to pages that ask for it."""
    return name in _shorteners


def shortened(
    events: Iterable[tuple[int, str, Data]], happening: Connection | None = None
) -> dict[int, RoomEvent]:
    """Make the short form of those of some events that have one, by their ids; complete as long as they happen."""
    by_name: dict[str, list[tuple[int, Data]]] = {}
    for number, name, data in events:
        if name in _shorteners:
            by_name.setdefault(name, []).append((number, data.get(SHORT) or _shorteners[name].unknown(data)))
    found: dict[int, RoomEvent] = {}
    for name, told in by_name.items():
        made, short = _shorteners[name], [data for _number, data in told]
        complete = short if happening is None else made.complete(happening, short)
        for (number, _data), data in zip(told, complete, strict=True):
            found[number] = {"id": number, "name": made.name, "data": data}
    return found


def joined(events: Iterable[RoomEvent]) -> list[RoomEvent]:
    """Join the short events about the same thing into one, which stands where the last of them stood."""
    found: list[RoomEvent | None] = []
    places: dict[tuple[str, object], int] = {}
    for event in events:
        one, made = event, _by_short_name.get(event["name"])
        if made is not None:
            key = (made.name, one["data"][made.of])
            before = found[places[key]] if key in places else None
            if before is not None:
                found[places[key]] = None
                one = {**one, "data": made.joined(before["data"], one["data"])}
            places[key] = len(found)
        found.append(one)
    return [one for one in found if one is not None]
