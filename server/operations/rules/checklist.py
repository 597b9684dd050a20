"""What a district still lacks before guards can stand at its gates: worked out of what is there, not ticked by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from server.operations.rules.status import AUDITOR_SILENT

# Copies are made once a day; two that failed are noticed.
BACKUP_OLD = timedelta(days=2)
ADMINISTRATORS = 2

Fact = int | bool | None


class Item(StrEnum):
    """What is to be done, in the order of the page."""

    STATIONS = "stations"
    SCHOOLS = "schools"
    POSTS = "posts"
    OUTLINE = "outline"
    POSTERS = "posters"
    ADMINISTRATORS = "administrators"
    SMS = "sms"
    PUSH = "push"
    ROOMS = "rooms"
    AUDITOR = "auditor"
    BACKUPS = "backups"


class ChecklistItem(TypedDict):
    """One item, whether it is done, and the figures that say so."""

    name: str
    done: bool
    facts: Mapping[str, Fact]


class ChecklistView(TypedDict):
    """All items, and how many are still to be done."""

    items: list[ChecklistItem]
    open: int


@dataclass(frozen=True, slots=True)
class Places:
    """Counts of a district's open places; ``empty_schools`` have no post, ``unprinted`` posts no poster."""

    stations: int
    schools: int
    posts: int
    empty_schools: int
    unprinted: int
    outline: bool


@dataclass(frozen=True, slots=True)
class Channel:
    """Whether a way out is set up at this server, and whether it ever brought something to somebody."""

    set_up: bool
    tried: bool


@dataclass(frozen=True, slots=True)
class Rooms:
    """How many chat rooms and machines hear of the district's alarms, and how many of them ever got something."""

    set_up: int
    tried: int


@dataclass(frozen=True, slots=True)
class Copies:
    """Whether a folder of copies is named, whether it can be read, and when its newest file was written."""

    named: bool
    readable: bool
    newest_at: datetime | None


def _item(name: Item, *, done: bool, **facts: Fact) -> ChecklistItem:
    return {"name": name.value, "done": done, "facts": facts}


def of_places(places: Places) -> list[ChecklistItem]:
    """Judge stations, schools, posts, the outline and the posters."""
    return [
        _item(Item.STATIONS, done=places.stations > 0, number=places.stations),
        _item(Item.SCHOOLS, done=places.schools > 0, number=places.schools),
        _item(
            Item.POSTS,
            done=places.posts > 0 and not places.empty_schools,
            number=places.posts,
            empty_schools=places.empty_schools,
        ),
        _item(Item.OUTLINE, done=places.outline),
        _item(
            Item.POSTERS,
            done=places.posts > 0 and not places.unprinted,
            number=places.posts,
            missing=places.unprinted,
        ),
    ]


def administrators(number: int) -> ChecklistItem:
    """Judge how many may administer the district: what one gives the other confirms, and one may be away."""
    return _item(Item.ADMINISTRATORS, done=number >= ADMINISTRATORS, number=number)


def channel(name: Item, one: Channel) -> ChecklistItem:
    """Judge a way to people: it counts once it brought something."""
    return _item(name, done=one.set_up and one.tried, set_up=one.set_up, tried=one.tried)


def rooms(found: Rooms) -> ChecklistItem:
    """Judge the rooms that hear of alarms."""
    return _item(Item.ROOMS, done=found.tried > 0, number=found.set_up, tried=found.tried)


def auditor(wrote_at: datetime | None, now: datetime) -> ChecklistItem:
    """Judge the process that watches alarms from outside, by the row that it writes."""
    runs = wrote_at is not None and now - wrote_at <= AUDITOR_SILENT
    return _item(Item.AUDITOR, done=runs, ever=wrote_at is not None)


def backups(found: Copies, now: datetime) -> ChecklistItem:
    """Judge the copies of the database by the newest file in their folder."""
    age = None if found.newest_at is None else max(timedelta(), now - found.newest_at)
    return _item(
        Item.BACKUPS,
        done=age is not None and age <= BACKUP_OLD,
        named=found.named,
        readable=found.readable,
        hours=None if age is None else int(age / timedelta(hours=1)),
    )


def whole(items: list[ChecklistItem]) -> ChecklistView:
    """Put the list together."""
    return {"items": items, "open": sum(not one["done"] for one in items)}
