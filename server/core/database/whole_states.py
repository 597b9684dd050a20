"""Events that carry the whole state of something: a later one stands for all before it."""

from collections.abc import Mapping
from typing import Any

_keys: dict[str, str] = {}


def stand_for(keys: Mapping[str, str]) -> None:
    """Say of which thing events of some names carry the whole state, by the key of their data (``server.areas``)."""
    _keys.update(keys)


def about(name: str, data: Mapping[str, Any]) -> tuple[str, object] | None:
    """Name the thing whose whole state an event carries, or give ``None``."""
    key = _keys.get(name)
    return (name, data[key]) if key else None
