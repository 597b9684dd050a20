"""What an import file holds once it is read: frozen rows with places in WGS-84, and the faults of others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from server.core.access.roles import Category
from server.core.files.sheet_kinds import RowError
from server.core.geo import Point
from server.places.rules.composition import Composition
from server.places.rules.peaks import Peak, PeakKind, SchoolKind

# A school's station and name: two schools of a district may share a name.
SchoolKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StationRow:
    """A police station."""

    name: str
    telephone: str | None
    point: Point


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school of a station."""

    name: str
    station: str
    kind: SchoolKind
    pupils: int
    boarders: int
    telephone: str | None


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post at a school's gate; its composition is its own or the standard."""

    name: str
    school: str
    gate: str
    area: str
    point: Point
    fence_radius_m: int
    composition: Composition
    # The school's; a file names it only where two schools have the name, and ``parse`` fills it in.
    station: str | None = None


@dataclass(frozen=True, slots=True)
class PeakRow:
    """A peak of one school, or of every school of a kind: exactly one of the two is given."""

    school: str | None
    school_kind: SchoolKind | None
    kind: PeakKind
    starts: time
    ends: time
    station: str | None = None


@dataclass(frozen=True, slots=True)
class RosterRow:
    """Who stands at a post at a peak; ``weekdays`` are bits, Monday 1, Tuesday 2, … Sunday 64."""

    name: str
    phone: str
    category: Category
    post: str
    peak: PeakKind
    weekdays: int


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A date that is a school day or not, against the rule; ``school`` is ``None`` for the whole district."""

    school: str | None
    date: date
    school_day: bool
    station: str | None = None


Record = StationRow | SchoolRow | PostRow | PeakRow | RosterRow | CalendarDay


@dataclass(frozen=True, slots=True)
class KnownDistrict:
    """What the database already has, so that a file may refer to it: names, kinds, peaks.

    ``posts`` gives each post's school.
    """

    stations: frozenset[str] = frozenset()
    schools: Mapping[SchoolKey, SchoolKind] = field(default_factory=dict)
    posts: Mapping[str, SchoolKey] = field(default_factory=dict)
    school_peaks: Mapping[SchoolKey, tuple[Peak, ...]] = field(default_factory=dict)
    kind_peaks: Mapping[SchoolKind, tuple[Peak, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that was read: nothing of it may be stored while ``errors`` has anything."""

    stations: tuple[StationRow, ...] = ()
    schools: tuple[SchoolRow, ...] = ()
    posts: tuple[PostRow, ...] = ()
    peaks: tuple[PeakRow, ...] = ()
    rosters: tuple[RosterRow, ...] = ()
    calendar: tuple[CalendarDay, ...] = ()
    # Schools that go to another station, by what they are in the file: what they were.
    moved: Mapping[SchoolKey, SchoolKey] = field(default_factory=dict)
    errors: tuple[RowError, ...] = ()
