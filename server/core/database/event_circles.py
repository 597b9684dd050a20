"""Circles: many accounts that hear an event together, in one room of the log in place of a room for each of them.

Who hears one of its events stands beside it, so that each page still hears and catches up with what its account may
see of the circle, and nothing else.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

_REDUCED = "~reduced"

Reduce = Callable[[Any], Mapping[str, Any]]
# Gives the rooms of the circles to which an account may have belonged since a time.
CirclesOf = Callable[[Connection, int, datetime], Collection[str]]

_reduce: dict[str, Reduce] = {}
_circles_of: list[CirclesOf] = []


@dataclass(frozen=True, slots=True)
class Circle:
    """The accounts of a circle that hear an event, in whole or ``reduced``."""

    room: str
    accounts: Collection[int]
    reduced: bool = False

    @property
    def room_in_log(self) -> str:
        """Name the room under which the log has it."""
        return self.room + _REDUCED if self.reduced else self.room


def know(reduce: Mapping[str, Reduce], circles_of: Collection[CirclesOf]) -> None:
    """Say what of an event of some name may be heard reduced, and to which circles an account belongs."""
    _reduce.update(reduce)
    _circles_of[:] = circles_of


def is_reduced(room_in_log: str) -> bool:
    """Tell whether a room of the log is that of a circle's part that hears less."""
    return room_in_log.endswith(_REDUCED)


def reduced(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what those hear who hear less. Raises ``KeyError`` for an event of which nobody said what that is."""
    return dict(_reduce[name](data))


def rooms_of(connection: Connection, account: str, since: datetime) -> list[str]:
    """Give the rooms of the log, beside an account's own, in which it may have heard something since a time."""
    found = {one for circles_of in _circles_of for one in circles_of(connection, int(account), since)}
    return sorted(each for one in found for each in (one, one + _REDUCED))


def written(accounts: Collection[int]) -> str:
    """Write who hears an event so that each of them can be looked for: ``,3,17,``."""
    return f",{','.join(map(str, sorted(accounts)))},"


def read(accounts: str) -> list[str]:
    """Give the numbers that ``written`` wrote, as text."""
    return accounts[1:-1].split(",")


def sought(account: str | None) -> str:
    """Give what a LIKE finds an account by in what ``written`` wrote; nothing, where it is none."""
    return "" if account is None else f"%,{account},%"
