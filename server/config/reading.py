"""What a setting is, and how its text is read. A reader raises ``ValueError`` with what it wants."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from server.alarm.rules.alarm import AlarmKind
from server.places.rules.composition import Composition


@dataclass(frozen=True, slots=True)
class Reader:
    """How a setting's text is read, and in words what is allowed, for the page of all settings."""

    allowed: str
    read: Callable[[str], Any]
    # Whether the text may hold a password, so that a refusal does not show it.
    hidden: bool = False

    def __call__(self, value: str) -> Any:
        """Read a text; raises ``ValueError`` with what is wanted."""
        return self.read(value)


def anything(value: str) -> str:
    """Read any text."""
    return value


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its variable, its unit, its default as text, what it means and how it is read."""

    variable: str
    unit: str
    default: str
    sentence: str
    read: Reader = Reader("", anything)


def whole(low: int, high: int) -> Reader:
    """Make a reader of whole numbers between two bounds."""

    def read(value: str) -> int:
        number = int(value)
        if not low <= number <= high:
            raise ValueError(f"between {low} and {high}")
        return number

    return Reader(f"{low} to {high}", read)


def secret(shortest: int) -> Reader:
    """Make a reader of a text whose length is checked where it is needed."""
    return Reader(f"{shortest} characters or more", anything)


def _pauses(value: str) -> tuple[int, ...]:
    """Read seconds separated by commas, none shorter than the one before it; at most five minutes."""
    seconds = tuple(int(one) for one in value.split(","))
    if list(seconds) != sorted(seconds) or seconds[0] < 10 or seconds[-1] > 300:
        raise ValueError("rising from 10 to at most 300")
    return seconds


def one_of(*choices: str) -> Reader:
    """Make a reader of one out of some words."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return value

    return Reader(", ".join(f"`{choice}`" for choice in choices), read)


def _switch(value: str) -> bool:
    """Read 0 or 1."""
    if value not in {"0", "1"}:
        raise ValueError("0 or 1")
    return value == "1"


def _needs(value: str) -> dict[AlarmKind | None, Composition]:
    """Read heads by kind of alarm, as JSON."""
    asked = json.loads(value)
    if not isinstance(asked, dict):
        raise ValueError("an object by kind of alarm")
    return {
        None if kind == "unknown" else AlarmKind(kind): Composition.from_dict(heads)
        for kind, heads in asked.items()
    }


def _names(value: str) -> frozenset[str]:
    """Read host names separated by commas."""
    return frozenset(name.strip().lower() for name in value.split(",") if name.strip())


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read networks or addresses separated by commas."""
    return tuple(ip_network(one.strip()) for one in value.split(",") if one.strip())


def _database(value: str) -> str:
    """Read the address of a database that this server works with."""
    try:
        address = make_url(value)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.drivername not in {"sqlite", "postgresql+psycopg"} or not address.database:
        # From nothing: the library's own sentence may quote the address with its password.
        raise ValueError("must be sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME") from None
    return value


def _bucket(value: str) -> str:
    """Read where files are kept in a bucket; empty: in none."""
    if value and not re.fullmatch(r"s3://[a-z0-9][a-z0-9._-]{1,62}(/[A-Za-z0-9._-]+)*/?", value):
        raise ValueError("must be s3://BUCKET or s3://BUCKET/PREFIX")
    return value


def _endpoint(value: str) -> str:
    """Read where a service answers: scheme, host and port alone."""
    if value and not re.fullmatch(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?", value):
        raise ValueError("must be https://HOST or https://HOST:PORT, without a path or a password")
    return value


database = Reader("SQLite or PostgreSQL", _database, hidden=True)


def _steps(value: str) -> tuple[tuple[int, int], ...]:
    """Read pupils and guards, rising, from 0 pupils on."""
    found = tuple(
        (int(pupils), int(guards)) for pupils, guards in (one.split(":") for one in value.split(","))
    )
    if found[0][0] != 0 or list(found) != sorted(set(found)) or any(guards < 0 for _pupils, guards in found):
        raise ValueError("rising pairs such as 0:1,100:2, the first from 0 pupils")
    return found


steps = Reader("rising pairs, the first from 0 pupils", _steps)
pauses = Reader("rising, each 10 to 300", _pauses)
switch = Reader("`0`, `1`", _switch)
needs = Reader("kinds of alarm and groups", _needs)
names = Reader("", _names)
bucket = Reader("", _bucket)
endpoint = Reader("", _endpoint, hidden=True)
hidden = Reader("", anything, hidden=True)
networks = Reader("IPv4 or IPv6", _networks)


def _heads(value: str) -> Composition:
    """Read numbers by group."""
    return Composition.from_dict(
        {name: int(number) for name, number in (one.split(":") for one in value.split(","))}
    )


def _hours(value: str) -> tuple[time, time]:
    """Read from when to when on a clock."""
    first, last = value.split("-")
    return time.fromisoformat(first), time.fromisoformat(last)


def _clock(value: str) -> time | None:
    """Read a time on a clock; empty: none."""
    return time.fromisoformat(value) if value else None


clock = Reader("a clock time such as `19:00`, or empty", _clock)
hours = Reader("two clock times such as `21:00-06:30`; the same twice: none", _hours)
heads = Reader("numbers by group, such as `staff:10,volunteer:5`; a group left out: none", _heads)
