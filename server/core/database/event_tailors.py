"""What each room hears of an event: all the same, or each its own part."""

from collections.abc import Callable, Mapping
from typing import Any

from server.core.database.short_events import SHORT, whole_text

# Where an event keeps, beside what each of its rooms may know, what is for one of them alone.
OWN = "own"
# Makes of an event's data what one room hears of it.
Tailor = Callable[[Mapping[str, Any], str], dict[str, Any]]
_tailors: dict[str, Tailor] = {}


def tailor(tailors: Mapping[str, Tailor]) -> None:
    """Let events of some names be told to each room in its own way (``server.areas`` knows which)."""
    _tailors.update(tailors)


def is_tailored(name: str) -> bool:
    """Tell whether events of a name are told to each room in its own way."""
    return name in _tailors


def told_in(name: str, data: Mapping[str, Any], room: str) -> dict[str, Any]:
    """Give an event's data as it goes into a room, whole.

    Raises ``RuntimeError`` for one that holds parts of several rooms where nobody has said who makes one room's of it:
    it would tell each of them everything.
    """
    made = _tailors.get(name)
    if made is None and OWN in data:
        raise RuntimeError(f"{name}: nothing makes one room's part of it; import server.areas")
    return made(data, room) if made else {key: value for key, value in data.items() if key != SHORT}


def text_told(name: str, text: str) -> str | None:
    """Give what all rooms hear alike of an event, both as JSON; ``None`` where that takes reading its data."""
    return None if is_tailored(name) or f'"{OWN}"' in text else whole_text(text)
