"""Events that carry the whole state of something: a later one stands for all before it."""

import re
from collections.abc import Mapping
from functools import cache

from server.core import json_text

_keys: dict[str, str] = {}


def stand_for(keys: Mapping[str, str]) -> None:
    """Say of which thing events of some names carry the whole state, by the key of their data (``server.areas``)."""
    _keys.update(keys)


def about(name: str, text: str) -> tuple[str, object] | None:
    """Name the thing whose whole state an event carries, given its data as JSON, or give ``None``.

    The data of a line at a gate with many people are 22 KB, which are not read for a number at their beginning.
    """
    key = _keys.get(name)
    if key is None:
        return None
    first = _first_number(key).match(text)
    return name, int(first[1]) if first else json_text.read(text)[key]


@cache
def _first_number(key: str) -> re.Pattern[str]:
    return re.compile(rf'\{{\s*"{re.escape(key)}"\s*:\s*(\d+)\s*[,}}]')
