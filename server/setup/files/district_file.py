"""The district's import file: an xlsx or ods workbook or a csv of one sheet becomes rows, or a list of its faults."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from server.core.files.cell_text import shown
from server.core.files.headings import SheetRow, understand
from server.core.files.sheet_kinds import Column, RowError, SheetKind
from server.core.files.sheet_values import read_row
from server.core.files.table_writing import Heading, NewSheet, write_csv, write_xlsx
from server.core.files.tables import PROGRESS_EVERY_ROWS, OnProgress, read_tables
from server.core.refused import Refused
from server.places.rules.frames import Frame, frame_of
from server.setup.files.district_checks import (
    Found,
    Kind,
    Names,
    duplicate_errors,
    peak_errors,
    place_errors,
    records_of,
    reference_errors,
    roster_errors,
    timetable,
)
from server.setup.files.district_rows import (
    CalendarDay,
    KnownDistrict,
    Parsed,
    PeakRow,
    PostRow,
    Record,
    RosterRow,
    SchoolKey,
    SchoolRow,
    StationRow,
)
from server.setup.files.district_schools import Schools, moved_with, schools_of, with_station
from server.setup.files.district_sheets import POSTS, SCHOOLS, SHEET_KINDS, STATIONS


def parse(
    content: bytes,
    filename: str,
    *,
    known: KnownDistrict | None = None,
    outline: Mapping[str, Any] | None = None,
    on_progress: OnProgress | None = None,
) -> Parsed:
    """Read an import file: all its rows, places in WGS-84, and every fault of every row.

    ``known`` is what the database has, so that a csv of posts may name schools stored before. ``outline`` is
    the district's GeoJSON (Multi)Polygon. ``on_progress`` gets steps done and in all, two for each row. Never
    raises for a bad file: one that cannot be read at all gives one error of row 0.
    """
    tell = on_progress or (lambda _done, _total: None)
    known = known or KnownDistrict()
    try:
        sheets = read_tables(content, filename, lambda done, total: tell(done, 2 * total))
    except Refused as refused:
        whole = RowError("", 0, "", "", shown(filename), refused.code, refused.facts)
        return Parsed(errors=(whole,))
    understood = [understand(sheet, SHEET_KINDS) for sheet in sheets]
    errors = [error for one in understood for error in one.errors]
    lines = [line for one in understood for line in one.lines]
    if not lines and not errors:
        return Parsed(errors=(RowError("", 0, "", "", shown(filename), "file_nothing_read"),))
    found: list[Found[Record]] = []
    for done, line in enumerate(lines):
        if done % PROGRESS_EVERY_ROWS == 0:
            tell(len(lines) + done, 2 * len(lines))
        record = read_row(line, errors)
        if record is not None:
            found.append(Found(line, record))
    schools = schools_of(known.schools, _filed_schools(lines))
    known = moved_with(known, schools.moved)
    found = [Found(one.line, with_station(one.record, schools)) for one in found]
    names = _names(lines, known, schools)
    errors.extend(_cross_errors(found, names, known, frame_of(outline)))
    tell(2 * len(lines), 2 * len(lines))
    order = {sheet.name: number for number, sheet in enumerate(sheets)}
    errors.sort(key=lambda error: (order[error.sheet], error.row))
    return _parsed(found, schools.moved, errors)


def template() -> bytes:
    """Write the empty xlsx file with headings in Chinese and English, and a sheet that explains each column."""
    sheets = [
        NewSheet(kind.title, tuple(_heading(column) for column in kind.columns)) for kind in SHEET_KINDS
    ]
    notes = ("表 sheet", "列 column", "必填 required", "例 example", "可用的词 words")
    headings = tuple(Heading(text, 24) for text in notes)
    return write_xlsx([*sheets, NewSheet("说明 notes", headings, _notes())])


def csv_template(kind: SheetKind) -> bytes:
    """Write the headings of one sheet as csv."""
    return write_csv([[column.heading for column in kind.columns]])


def _heading(column: Column) -> Heading:
    return Heading(column.heading, max(14, 2 * len(column.heading)), column.choices, column.required)


def _notes() -> Iterator[tuple[str, ...]]:
    for kind in SHEET_KINDS:
        for column in kind.columns:
            required = "是 yes" if column.required else "否 no"
            yield kind.title, column.heading, required, column.example, " / ".join(column.choices)


def _filed_schools(lines: list[SheetRow]) -> Iterator[SchoolKey]:
    """Give the file's schools, also those of rows with other faults."""
    return ((one.text("station"), one.text("school")) for one in lines if one.kind is SCHOOLS)


def _names(lines: list[SheetRow], known: KnownDistrict, schools: Schools) -> Names:
    """Gather what may be referred to; a name counts as given even where its row has other faults."""

    def named(kind: SheetKind, english: str) -> set[str]:
        return {line.text(english) for line in lines if line.kind is kind}

    return Names(
        stations=known.stations | named(STATIONS, "station"),
        schools=schools,
        posts=frozenset(known.posts) | named(POSTS, "post"),
    )


def _cross_errors(
    found: list[Found[Record]], names: Names, known: KnownDistrict, frame: Frame | None
) -> Iterable[RowError]:
    """Check the rows against each other."""
    return chain(
        place_errors(found, frame),
        duplicate_errors(found),
        reference_errors(found, names),
        peak_errors(records_of(found, PeakRow)),
        roster_errors(records_of(found, RosterRow), timetable(found, known)),
    )


def _parsed(
    found: list[Found[Record]], moved: Mapping[SchoolKey, SchoolKey], errors: list[RowError]
) -> Parsed:
    def rows(kind: type[Kind]) -> tuple[Kind, ...]:
        return tuple(one.record for one in records_of(found, kind))

    return Parsed(
        stations=rows(StationRow),
        schools=rows(SchoolRow),
        posts=rows(PostRow),
        peaks=rows(PeakRow),
        rosters=rows(RosterRow),
        calendar=rows(CalendarDay),
        moved=moved,
        errors=tuple(errors),
    )
