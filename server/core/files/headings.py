"""Finding out what a sheet is, and which column is which, from its name and its first row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from server.core.files.cell_text import shown
from server.core.files.sheet_kinds import Column, RowError, SheetKind
from server.core.files.sheet_words import folded
from server.core.files.tables import Row, Sheet
from server.core.typed_text import normalized

# Columns and sheets for people, which the import leaves alone.
_REMARKS = frozenset(folded(word) for word in ("备注", "说明", "remarks", "notes", "note", "备注 remarks"))

# A title, who filled it in, an empty line: more do not stand above headings.
MOST_ROWS_TO_HEADINGS = 10


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet whose headings are understood; ``places`` are the columns' indices by English name."""

    sheet: str
    kind: SheetKind
    row: Row
    places: Mapping[str, int]

    def text(self, english: str) -> str:
        """Give what stands in a column, composed (NFC), no blanks around it; empty for no such cell."""
        place = self.places.get(english)
        if place is None or place >= len(self.row.cells):
            return ""
        return normalized(self.row.cells[place].strip(), "NFC")

    def bad(self, english: str) -> str | None:
        """Give the code of a cell that holds no plain value."""
        place = self.places.get(english)
        return None if place is None else self.row.bad.get(place)

    def wrong(self, english: str, code: str, **facts: object) -> RowError:
        """Report a cell of this row."""
        place = self.places.get(english)
        return RowError(
            sheet=self.sheet,
            row=self.row.number,
            column=self.kind.column(english).heading,
            cell="" if place is None else f"{get_column_letter(place + 1)}{self.row.number}",
            value=shown(self.text(english)),
            code=code,
            facts=facts,
        )


@dataclass(frozen=True, slots=True)
class Understood:
    """A sheet with its kind and lines, or what is wrong with its headings."""

    lines: tuple[SheetRow, ...] = ()
    errors: tuple[RowError, ...] = ()


def understand(sheet: Sheet, kinds: Sequence[SheetKind]) -> Understood:
    """Tell which of some kinds a sheet is, and its columns: by its name, else by its headings.

    The headings stand in the first row, or below a title: of the first rows, the one that fits best. A sheet of
    remarks, or one without rows, is left out.
    """
    if not sheet.rows or (_kind_by_name(sheet, kinds) is None and folded(sheet.name) in _REMARK_SHEETS):
        return Understood()
    named = _kind_by_name(sheet, kinds)
    place, kind = _header(sheet.rows[:MOST_ROWS_TO_HEADINGS], named, kinds)
    header = sheet.rows[place]
    if kind is None:
        names = [one.title for one in kinds]
        return Understood(
            errors=(RowError(sheet.name, header.number, "", "", "", "unknown_sheet", {"known": names}),)
        )
    places, errors = _columns(sheet, kind, header)
    if any(error.code in {"missing_column", "duplicate_column"} for error in errors):
        return Understood(errors=tuple(errors))
    # Headings that are merged over two rows stand in both.
    rows = (row for row in sheet.rows[place + 1 :] if row.cells != header.cells)
    return Understood(tuple(SheetRow(sheet.name, kind, row, places) for row in rows), tuple(errors))


def _header(
    rows: Sequence[Row], named: SheetKind | None, known: Sequence[SheetKind]
) -> tuple[int, SheetKind | None]:
    """Find the row of the headings, and what kind of sheet they make; the first row where none is found."""
    if named is None:
        kinds = ((place, _kind_by_headings(row, known)) for place, row in enumerate(rows))
        return next(((place, kind) for place, kind in kinds if kind is not None), (0, None))
    found = [
        sum(bool({folded(text)} & _names(one)) for text in row.cells for one in named.columns) for row in rows
    ]
    return found.index(max(found)), named


_REMARK_SHEETS = _REMARKS | {folded("说明 notes")}


def _kind_by_name(sheet: Sheet, kinds: Sequence[SheetKind]) -> SheetKind | None:
    name = folded(sheet.name)
    return next(
        (kind for kind in kinds if name in {folded(kind.english), folded(kind.chinese), folded(kind.title)}),
        None,
    )


def _kind_by_headings(header: Row, kinds: Sequence[SheetKind]) -> SheetKind | None:
    """Choose the kind that the headings fit best: fewest columns missing or unknown, then most found."""
    headings = {folded(text) for text in header.cells if text.strip()} - _REMARKS

    def misfit(kind: SheetKind) -> tuple[int, int]:
        found = [column for column in kind.columns if headings & _names(column)]
        missing = sum(column.required and column not in found for column in kind.columns)
        return (missing + len(headings) - len(found), -len(found))

    best = min(kinds, key=misfit)
    found = -misfit(best)[1]
    return best if found * 2 >= len(headings) > 0 else None


def _names(column: Column) -> frozenset[str]:
    return frozenset(
        {folded(column.english), folded(column.chinese), folded(column.heading), *map(folded, column.also)}
    )


def _columns(sheet: Sheet, kind: SheetKind, header: Row) -> tuple[dict[str, int], list[RowError]]:
    places: dict[str, int] = {}
    errors: list[RowError] = []

    def wrong(place: int | None, heading: str, code: str, **facts: object) -> None:
        cell = "" if place is None else f"{get_column_letter(place + 1)}{header.number}"
        errors.append(RowError(sheet.name, header.number, shown(heading), cell, shown(heading), code, facts))

    for place, heading in enumerate(header.cells):
        if not heading.strip() or folded(heading) in _REMARKS:
            continue
        column = next((one for one in kind.columns if folded(heading) in _names(one)), None)
        if column is None and kind.lenient:
            continue
        if column is None:
            wrong(place, heading, "unknown_column", known=[one.heading for one in kind.columns])
        elif column.english in places:
            wrong(place, heading, "duplicate_column")
        else:
            places[column.english] = place
    for column in kind.columns:
        if column.required and column.english not in places:
            wrong(None, column.heading, "missing_column")
    return places, errors
