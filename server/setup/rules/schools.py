"""Schools and stations as a district keeps them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from server.places.rules.frames import Datum
from server.places.rules.peaks import SchoolKind
from server.setup.rules.posts import NamedPlace, Spot

LONGEST_NAME, LONGEST_TELEPHONE = 60, 30
# As an import of a district takes them.
MOST_PUPILS = 100_000


class SortOfSchools(StrEnum):
    """In which order schools are listed."""

    NAME = "name"
    STATION = "station"
    KIND = "kind"
    PUPILS = "pupils"
    CHANGED = "changed"


class SortOfStations(StrEnum):
    """In which order stations are listed."""

    NAME = "name"
    CHANGED = "changed"


class SchoolView(TypedDict):
    """A school as the page of places shows it, with how many posts it has."""

    id: int
    name: str
    kind: str
    station_id: int
    station_name: str
    pupils: int
    boarders: int
    telephone: str | None
    posts: int
    archived_at: str | None
    version: int
    changed_by: str | None
    changed_at: str | None


class SchoolList(TypedDict):
    """A page of schools, how many there are in all, and the stations that they may be of."""

    items: list[SchoolView]
    next: int | None
    total: int
    may_edit: bool
    stations: list[NamedPlace]


class StationView(TypedDict):
    """A station as the page of places shows it, with how many schools and posts it has."""

    id: int
    name: str
    telephone: str | None
    wgs84: Spot
    gcj02: Spot
    schools: int
    posts: int
    archived_at: str | None
    version: int
    changed_by: str | None
    changed_at: str | None


class StationList(TypedDict):
    """A page of stations, and how many there are in all."""

    items: list[StationView]
    next: int | None
    total: int
    may_edit: bool


@dataclass(frozen=True, slots=True)
class WantedSchool:
    """A school as it is to be."""

    name: str
    kind: SchoolKind
    station_id: int
    pupils: int
    boarders: int
    telephone: str | None


@dataclass(frozen=True, slots=True)
class WantedStation:
    """A station as it is to be; its place in one of two coordinate systems."""

    name: str
    telephone: str | None
    latitude: float
    longitude: float
    datum: Datum
