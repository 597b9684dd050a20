"""The sheets of an OpenDocument spreadsheet (.ods), as LibreOffice and others write it, read in one pass.

Rows and cells that repeat stand once in the file, with a number. ``archive.check_archive`` has refused document types,
and with them entities, before anything here parses.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from server.core.files.workbook import local
from server.core.files.workbook_rows import Cells, Merge, as_text
from server.core.refused import Refused

MIME_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_CELLS = frozenset({"table-cell", "covered-table-cell"})
# Where the text of a cell stands is a paragraph; a comment on the cell has paragraphs of its own.
_BLANKS = {"tab": "\t", "line-break": "\n"}


@dataclass(slots=True)
class DocumentSheet:
    """A sheet that people see: its name, and what was found in it so far."""

    title: str
    merges: list[Merge] = field(default_factory=list)


def is_document(archive: zipfile.ZipFile) -> bool:
    """Tell whether an archive says of itself that it is such a spreadsheet."""
    return "mimetype" in archive.namelist() and archive.read("mimetype").strip() == MIME_TYPE


def read_document(content: bytes, *, most_columns: int) -> Iterator[tuple[DocumentSheet, int, Cells, int]]:
    """Read the rows that hold something: sheet, number of the row from 1, its cells, how often it repeats.

    Each sheet comes once before its rows, with no cells. Raises ``Refused("file_old_or_protected")`` for one with a
    password: its parts are unreadable then, and the list of them says so.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        listed = "META-INF/manifest.xml"
        if listed in archive.namelist() and b"encryption-data" in archive.read(listed):
            raise Refused("file_old_or_protected")
        with archive.open("content.xml") as stream:
            yield from _rows(stream, most_columns)


def _rows(stream: IO[bytes], most_columns: int) -> Iterator[tuple[DocumentSheet, int, Cells, int]]:
    hidden: set[str] = set()
    sheet, number, in_style = None, 1, ""
    for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314 - document types are refused before
        kind = local(element.tag)
        if event == "start":
            if kind == "style":
                in_style = _attribute(element, "name")
            elif kind == "table-properties" and _attribute(element, "display") == "false":
                hidden.add(in_style)
            elif kind == "table":
                shown = _attribute(element, "style-name") not in hidden
                sheet, number = DocumentSheet(_attribute(element, "name")) if shown else None, 1
                if sheet is not None:
                    yield sheet, 0, {}, 0
        elif kind == "table-row":
            repeats = _repeats(element, "number-rows-repeated")
            if sheet is not None:
                yield sheet, number, _cells(element, sheet, number, most_columns), repeats
            number += repeats
            element.clear()


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def _repeats(element: Element, name: str) -> int:
    return max(1, int(_attribute(element, name) or 1))


def _cells(row: Element, sheet: DocumentSheet, number: int, most_columns: int) -> Cells:
    found: Cells = {}
    place = 0
    for cell in row:
        kind = local(cell.tag)
        if kind not in _CELLS:
            continue
        if place >= most_columns:
            break
        repeats = _repeats(cell, "number-columns-repeated")
        if kind == "table-cell":
            text, why = _read(cell)
            for column in range(place, min(place + repeats, most_columns) if text else place):
                found[column] = text, why
            rows, columns = _repeats(cell, "number-rows-spanned"), _repeats(cell, "number-columns-spanned")
            if rows > 1 or columns > 1:
                sheet.merges.append(Merge(number, number + rows - 1, place, place + columns - 1))
        place += repeats
    return found


def _read(cell: Element) -> tuple[str, str]:
    """Give a cell's text, and why it is no plain value (empty: it is one)."""
    formula = _attribute(cell, "formula")
    if formula:
        return formula.partition(":")[2] or formula, "formula"
    if "error" in {value for key, value in cell.attrib.items() if local(key) == "value-type"}:
        return _text(cell), "cell_error"
    return _value(cell), ""


def _value(cell: Element) -> str:
    match _attribute(cell, "value-type"):
        case "float" | "percentage" | "currency":
            return as_text(float(_attribute(cell, "value")))
        case "date":
            return as_text(datetime.fromisoformat(_attribute(cell, "date-value")))
        case "time":
            return as_text(_duration(_attribute(cell, "time-value")))
        case "boolean":
            return _attribute(cell, "boolean-value")
    return _attribute(cell, "string-value") or _text(cell)


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _text(cell: Element) -> str:
    return "\n".join(_paragraph(one) for one in cell if local(one.tag) == "p")


def _paragraph(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        kind = local(child.tag)
        if kind == "s":
            parts.append(" " * _repeats(child, "c"))
        elif kind in _BLANKS:
            parts.append(_BLANKS[kind])
        elif kind != "annotation":
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
