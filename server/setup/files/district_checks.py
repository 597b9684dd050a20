"""Checks across the rows of an import file: names, references, times that cannot both be."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Generic, TypeVar

from server.core.files.headings import SheetRow
from server.core.files.sheet_kinds import RowError
from server.places.rules.frames import CHINA, Frame, inside, is_swapped
from server.places.rules.peaks import DEFAULT_PEAKS, Peak, SchoolKind
from server.setup.files.district_rows import (
    CalendarDay,
    KnownDistrict,
    PeakRow,
    PostRow,
    Record,
    RosterRow,
    SchoolKey,
    SchoolRow,
    StationRow,
)
from server.setup.files.district_schools import Schools, school_errors

Kind = TypeVar("Kind", bound=Record)


@dataclass(frozen=True, slots=True)
class Found(Generic[Kind]):
    """A record with the line that it stands on."""

    line: SheetRow
    record: Kind


@dataclass(frozen=True, slots=True)
class Names:
    """The names that may be referred to, in the file (also of rows with other faults) or known already."""

    stations: frozenset[str]
    schools: Schools
    posts: frozenset[str]


def records_of(found: Iterable[Found[Record]], kind: type[Kind]) -> list[Found[Kind]]:
    """Pick the records of one kind."""
    return [Found(one.line, one.record) for one in found if isinstance(one.record, kind)]


def place_errors(found: Iterable[Found[Record]], frame: Frame | None) -> Iterator[RowError]:
    """Report places outside the country, or outside the frame (south-west, north-east) of the district."""
    for one in found:
        if not isinstance(one.record, StationRow | PostRow):
            continue
        point = one.record.point
        if not inside(point, CHINA):
            swapped = is_swapped(point)
            yield one.line.wrong("latitude", "latitude_longitude_swapped" if swapped else "outside_country")
        elif frame and not inside(point, frame):
            south_west, north_east = frame
            yield one.line.wrong(
                "latitude",
                "outside_district",
                south=round(south_west.latitude, 4),
                west=round(south_west.longitude, 4),
                north=round(north_east.latitude, 4),
                east=round(north_east.longitude, 4),
            )


def duplicate_errors(found: Iterable[Found[Record]]) -> Iterator[RowError]:
    """Report the second and later rows about the same thing, with the first one's sheet and row."""
    first: dict[Hashable, SheetRow] = {}
    for one in found:
        column, key = _identity(one.record)
        before = first.setdefault((type(one.record), key), one.line)
        if before is not one.line:
            yield one.line.wrong(column, "duplicate", first_sheet=before.sheet, first_row=before.row.number)


def _identity(record: Record) -> tuple[str, Hashable]:
    match record:
        case StationRow():
            return "station", record.name
        case SchoolRow():
            return "school", (record.station, record.name)
        case PostRow():
            return "post", record.name
        case PeakRow():
            return "peak", (record.station, record.school, record.school_kind, record.kind)
        case RosterRow():
            return "phone", (record.phone, record.post, record.peak)
        case CalendarDay():
            return "date", (record.station, record.school, record.date)


def reference_errors(found: Iterable[Found[Record]], names: Names) -> Iterator[RowError]:
    """Report names that are neither in the file nor known."""
    for one in found:
        yield from school_errors(one.line, one.record, names.schools)
        match one.record:
            case SchoolRow(station=station) if station not in names.stations:
                yield one.line.wrong("station", "unknown_station")
            case RosterRow(post=post) if post not in names.posts:
                yield one.line.wrong("post", "unknown_post")


def peak_errors(peaks: Iterable[Found[PeakRow]]) -> Iterator[RowError]:
    """Report peaks of one owner that overlap, at the later row, with the other's row and times."""
    owners: dict[Hashable, list[Found[PeakRow]]] = {}
    for one in peaks:
        owner = one.record.station, one.record.school, one.record.school_kind
        others = owners.setdefault(owner, [])
        for other in others:
            if one.record.kind != other.record.kind and _overlap(one.record, other.record):
                yield one.line.wrong(
                    "starts",
                    "peaks_overlap",
                    other_sheet=other.line.sheet,
                    other_row=other.line.row.number,
                    other_starts=_clock(other.record.starts),
                    other_ends=_clock(other.record.ends),
                )
                break
        others.append(one)


def _overlap(one: Peak | PeakRow, other: Peak | PeakRow) -> bool:
    return one.starts < other.ends and other.starts < one.ends


def _clock(moment: time) -> str:
    return moment.strftime("%H:%M")


@dataclass(frozen=True, slots=True)
class Timetable:
    """Which peaks a post has: its school's own, else those of the school's kind."""

    school_of: Mapping[str, SchoolKey]
    kind_of: Mapping[SchoolKey, SchoolKind]
    of_school: Mapping[SchoolKey, tuple[Peak, ...]]
    of_kind: Mapping[SchoolKind, tuple[Peak, ...]]

    def peaks_of(self, post: str) -> tuple[Peak, ...] | None:
        """Give a post's peaks; ``None`` where the file's other faults leave it open."""
        school = self.school_of.get(post)
        if school is None:
            return None
        if school in self.of_school:
            return self.of_school[school]
        kind = self.kind_of.get(school)
        return None if kind is None else self.of_kind.get(kind, DEFAULT_PEAKS[kind])


def timetable(found: Iterable[Found[Record]], known: KnownDistrict) -> Timetable:
    """Put the file's posts, schools and peaks over what is known."""
    school_of, kind_of = dict(known.posts), dict(known.schools)
    of_school: dict[SchoolKey, list[Peak]] = {}
    of_kind: dict[SchoolKind, list[Peak]] = {}
    for one in found:
        match one.record:
            case PostRow(name=name, station=str(station), school=school):
                school_of[name] = station, school
            case SchoolRow(name=name, station=station, kind=kind):
                kind_of[station, name] = kind
            case PeakRow(school=str(school), station=str(station), kind=peak, starts=starts, ends=ends):
                of_school.setdefault((station, school), []).append(Peak(peak, starts, ends))
            case PeakRow(school=None, school_kind=SchoolKind() as kind, kind=peak, starts=starts, ends=ends):
                of_kind.setdefault(kind, []).append(Peak(peak, starts, ends))
    return Timetable(
        school_of,
        kind_of,
        dict(known.school_peaks) | {name: tuple(peaks) for name, peaks in of_school.items()},
        dict(known.kind_peaks) | {kind: tuple(peaks) for kind, peaks in of_kind.items()},
    )


def roster_errors(rosters: Iterable[Found[RosterRow]], times: Timetable) -> Iterator[RowError]:
    """Report peaks that a school does not have, one phone with two names, one person at two posts at once."""
    persons: dict[str, Found[RosterRow]] = {}
    turns: dict[str, list[tuple[Found[RosterRow], Peak]]] = {}
    for one in rosters:
        row = one.record
        first = persons.setdefault(row.phone, one)
        yield from _person_errors(one, first)
        peaks = times.peaks_of(row.post)
        if peaks is None:
            continue
        peak = next((peak for peak in peaks if peak.kind == row.peak), None)
        if peak is None:
            yield one.line.wrong("peak", "peak_not_at_school", has=[str(peak.kind) for peak in peaks])
            continue
        others = turns.setdefault(row.phone, [])
        clash = next((other for other, turn in others if _at_once(one, peak, other, turn)), None)
        if clash:
            yield one.line.wrong(
                "post",
                "two_posts_at_once",
                other_post=clash.record.post,
                other_sheet=clash.line.sheet,
                other_row=clash.line.row.number,
            )
        others.append((one, peak))


def _person_errors(one: Found[RosterRow], first: Found[RosterRow]) -> Iterator[RowError]:
    checks: tuple[tuple[str, Callable[[RosterRow], str]], ...] = (
        ("name", lambda row: row.name),
        ("category", lambda row: row.category.value),
    )
    for column, value in checks:
        if value(one.record) != value(first.record):
            yield one.line.wrong(
                column,
                "person_differs",
                first_value=first.line.text(column),
                first_sheet=first.line.sheet,
                first_row=first.line.row.number,
            )


def _at_once(one: Found[RosterRow], peak: Peak, other: Found[RosterRow], turn: Peak) -> bool:
    return (
        one.record.post != other.record.post
        and bool(one.record.weekdays & other.record.weekdays)
        and _overlap(peak, turn)
    )
