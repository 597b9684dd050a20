"""The rows of a worksheet as text, merged cells filled in."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601

from server.core.files.workbook import Workbook, decoded, local, text_of

_EXACT_FLOAT = 1e15
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")

# By its column, counted from 0: the text, and why it is no plain value (empty: it is one).
Cells = dict[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Merge:
    """A block of cells that is shown as one; columns are counted from 0, both ends belong to it."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


def read_rows(
    book: Workbook, stream: IO[bytes], merges: list[Merge], *, most_columns: int
) -> Iterator[tuple[int, Cells]]:
    """Read the rows in their order, numbered from 1; the blocks of merged cells, which come last, go to ``merges``."""
    number, parent = 0, None
    for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314 - document types are refused before
        kind = local(element.tag)
        if event == "start":
            parent = element if kind in {"sheetData", "mergeCells"} else parent
        elif kind == "row":
            number = int(element.get("r") or number + 1)
            yield number, _cells(book, element, most_columns)
            if parent is not None:
                parent.clear()
        elif kind == "mergeCell":
            merges += _merges(element.get("ref", ""))


def _merges(text: str) -> Iterator[Merge]:
    ends = [_PLACE.fullmatch(one) for one in text.split(":")]
    if len(ends) == 2 and ends[0] and ends[1]:
        columns = [column_index_from_string(one[1]) - 1 for one in (ends[0], ends[1])]
        yield Merge(int(ends[0][2]), int(ends[1][2]), *columns)


def _cells(book: Workbook, row: Element, most_columns: int) -> Cells:
    found: Cells = {}
    place = -1
    for cell in row:
        if local(cell.tag) != "c":
            continue
        named = _PLACE.fullmatch(cell.get("r", ""))
        place = column_index_from_string(named[1]) - 1 if named else place + 1
        if place < most_columns:
            text, why = _read(book, cell)
            if text:
                found[place] = text, why
    return found


def _read(book: Workbook, cell: Element) -> tuple[str, str]:
    parts = {local(one.tag): one for one in cell}
    kind, value = cell.get("t", "n"), parts["v"].text if "v" in parts else None
    if "f" in parts:
        return f"={parts['f'].text or ''}", "formula"
    if kind == "inlineStr" and "is" in parts:
        return text_of(parts["is"]), ""
    return as_text(_value(book, cell, kind, value)), "cell_error" if kind == "e" else ""


def _value(book: Workbook, cell: Element, kind: str, value: str | None) -> object:
    match kind:
        case _ if value is None:
            return ""
        case "s":
            return book.texts[int(value)]
        case "b":
            return "true" if value == "1" else "false"
        case "e" | "str" | "inlineStr":
            return decoded(value)
        case "d":
            return from_ISO8601(value)
    return _number(book, cell, value.strip())


def _number(book: Workbook, cell: Element, value: str) -> object:
    number = float(value) if re.search("[.eEnN]", value) else int(value)
    style = int(cell.get("s") or 0)
    if style not in book.date_styles:
        return number
    try:
        return from_excel(number, book.epoch, timedelta=book.date_styles[style])
    except (OverflowError, ValueError):
        return number


def as_text(value: object) -> str:
    """Write a value of a cell as people type it: times ``07:20``, dates ISO, whole numbers without a point."""
    match value:
        case float() if value.is_integer() and abs(value) < _EXACT_FLOAT:
            text = str(int(value))
        case datetime() if value.time() == time():
            text = value.date().isoformat()
        case datetime():
            text = value.isoformat(" ")
        case timedelta():
            text = _clock(int(value.total_seconds()))
        case time():
            text = _clock(value.hour * 3600 + value.minute * 60 + value.second)
        case date():
            text = value.isoformat()
        case _:
            text = str(value)
    return text


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    written = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{written}:{rest:02d}" if rest else written


def fill_merged(rows: dict[int, Cells], merges: list[Merge], *, most_columns: int) -> None:
    """Let the value of merged cells hold for each of their rows; a cell that is merged with its left is marked.

    Rows without anything of their own stay as they are: a merge alone makes no row. Blocks that overlap, which no
    program writes, are left out.
    """
    ends: dict[int, int] = {}
    numbers = sorted(rows)
    for merge in sorted(merges, key=lambda one: (one.first_column, one.first_row)):
        if merge.first_row <= ends.get(merge.first_column, 0):
            continue
        ends[merge.first_column] = merge.last_row
        shown = rows.get(merge.first_row, {}).get(merge.first_column)
        if shown is None:
            continue
        for number in numbers[bisect_left(numbers, merge.first_row) : bisect_right(numbers, merge.last_row)]:
            cells = rows[number]
            cells.setdefault(merge.first_column, shown)
            for column in range(merge.first_column + 1, min(merge.last_column + 1, most_columns)):
                cells.setdefault(column, ("", "merged"))
