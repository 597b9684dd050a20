"""Which school a row of an import file means: by its name, and by its station where two schools have that name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from server.core.files.headings import SheetRow
from server.core.files.sheet_kinds import RowError
from server.setup.files.district_rows import CalendarDay, KnownDistrict, PeakRow, PostRow, Record, SchoolKey


@dataclass(frozen=True, slots=True)
class Schools:
    """The stations at which there is a school of a name, and the schools that the file moves to another one."""

    stations_of: Mapping[str, tuple[str, ...]]
    moved: Mapping[SchoolKey, SchoolKey]


def schools_of(known: Iterable[SchoolKey], filed: Iterable[SchoolKey]) -> Schools:
    """Put the file's schools beside the known ones.

    A name that the district and the file have once each is one school, which goes to the file's station. Where
    either has the name twice, each station has its own.
    """
    known, filed = list(known), list(filed)
    # A row that says no station, which is a fault of its own, makes no second school.
    somewhere = {name for station, name in (*known, *filed) if station}
    before = _by_name(known)
    there = _by_name((station, name) for station, name in filed if station or name not in somewhere)
    moved = {
        (stations[0], name): (before[name][0], name)
        for name, stations in there.items()
        if len(stations) == len(before.get(name, ())) == 1 and stations != before[name]
    }
    gone = set(moved.values())
    left = [(station, name) for name, stations in before.items() for station in stations]
    keys = [key for key in left if key not in gone]
    keys += [(station, name) for name, stations in there.items() for station in stations]
    return Schools(_by_name(keys), moved)


def _by_name(keys: Iterable[SchoolKey]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for station, name in keys:
        if station not in found.get(name, ()):
            found[name] = (*found.get(name, ()), station)
    return found


def moved_with(known: KnownDistrict, moved: Mapping[SchoolKey, SchoolKey]) -> KnownDistrict:
    """Let what is known speak of the moved schools as the file does."""
    now = {old: new for new, old in moved.items()}
    return replace(
        known,
        schools={now.get(key, key): kind for key, kind in known.schools.items()},
        posts={post: now.get(key, key) for post, key in known.posts.items()},
        school_peaks={now.get(key, key): peaks for key, peaks in known.school_peaks.items()},
    )


def with_station(record: Record, schools: Schools) -> Record:
    """Fill in the station of the school that a row names, where it says none and one school alone has the name."""
    if not isinstance(record, PostRow | PeakRow | CalendarDay) or record.school is None or record.station:
        return record
    stations = schools.stations_of.get(record.school, ())
    return replace(record, station=stations[0]) if len(stations) == 1 else record


def school_errors(line: SheetRow, record: Record, schools: Schools) -> Iterator[RowError]:
    """Report a school that is nowhere, or not at its row's station, or one of several of its name."""
    if not isinstance(record, PostRow | PeakRow | CalendarDay) or record.school is None:
        return
    stations = schools.stations_of.get(record.school, ())
    if not stations:
        yield line.wrong("school", "unknown_school")
    elif record.station is None:
        yield line.wrong("station", "school_in_several_stations", has=list(stations))
    elif record.station not in stations:
        yield line.wrong("station", "school_not_at_station", has=list(stations))
