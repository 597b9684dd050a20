"""A post as a district keeps it: what may be said of it, and what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from server.core.refused import Refused
from server.places.rules.composition import Composition
from server.places.rules.frames import Datum

LONGEST_NAME, LONGEST_GATE, LONGEST_AREA = 60, 60, 120
# As an import of a district takes them.
LEAST_FENCE_M, MOST_FENCE_M = 30, 2000

# A column, what stood in it, and what stands there now.
Change = tuple[str, str, str]


class Shown(StrEnum):
    """Which places of a list are wanted."""

    CURRENT = "current"
    ARCHIVED = "archived"
    ALL = "all"


class SortOfPosts(StrEnum):
    """In which order posts are listed; one of them is that of names where the others are equal."""

    NAME = "name"
    SCHOOL = "school"
    STATION = "station"
    FENCE = "fence"
    CHANGED = "changed"


class Spot(TypedDict):
    """A place in degrees."""

    latitude: float
    longitude: float


class PostView(TypedDict):
    """A post as the page of places shows it; ``has_served``: its heads are changed by rules of staffing alone."""

    id: int
    name: str
    gate: str
    area: str
    school_id: int
    school_name: str
    station_id: int
    station_name: str
    wgs84: Spot
    gcj02: Spot
    fence_radius_m: int
    heads: dict[str, int]
    has_served: bool
    archived_at: str | None
    version: int
    changed_by: str | None
    changed_at: str | None


class SchoolOfPosts(TypedDict):
    """A school that a post may be of."""

    id: int
    name: str
    station_id: int


class NamedPlace(TypedDict):
    """A station by its name."""

    id: int
    name: str


class PostList(TypedDict):
    """A page of posts, how many there are in all, and what they may be of."""

    items: list[PostView]
    next: int | None
    total: int
    may_edit: bool
    schools: list[SchoolOfPosts]
    stations: list[NamedPlace]


@dataclass(frozen=True, slots=True)
class WantedPost:
    """A post as it is to be; its place in one of two coordinate systems."""

    name: str
    gate: str
    area: str
    school_id: int
    latitude: float
    longitude: float
    datum: Datum
    fence_radius_m: int
    heads: Composition


def check_version(known: int | None, seen: int, *, by: str | None, at: datetime | None) -> None:
    """Let a change pass that goes by what stands there. Raises ``Refused("place_changed")`` (by, changed_at)."""
    if (known or 0) != seen:
        raise Refused("place_changed", by=by, changed_at=at)


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """Give what differs between two states of a place, as the audit log keeps it."""
    return [(name, before[name], value) for name, value in after.items() if before[name] != value]
