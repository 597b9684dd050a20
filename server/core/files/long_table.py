"""A long table into a file, row by row: marked with who took it, in memory never whole."""

import csv
from collections.abc import Iterable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter

from server.core.files.cell_text import safe_cell, xml_text

Value = str | int | float | None

_LONGEST_TEXT = 32_767  # in an xlsx cell
# All of a header or footer with its codes, counted as UTF-16 does: of a longer one a program says the file is damaged.
_LONGEST_HEADER = 255
_PAGES = "&P / &N"
_AS_WRITTEN = {"&": "&&", "\n": "_x000a_"}
_SHEET_NAME = 31
_BAD_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class LongTable:
    """A table: its title, the lines that say whose it is, headings with widths in characters, and its rows.

    The marks stand above the headings, and below the last row or on each printed page.
    """

    title: str
    marks: Sequence[str]
    headings: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Value]]


def write_long_csv(out: IO[bytes], table: LongTable) -> None:
    """Write as UTF-8 with BOM (so that Excel shows Chinese); texts that would run as formulas are guarded."""
    text = TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)

    def write(row: Iterable[Value]) -> None:
        writer.writerow([safe_cell(value) if isinstance(value, str) else value for value in row])

    for line in (table.title, *table.marks):
        write([line])
    write(heading for heading, _width in table.headings)
    for row in table.rows:
        write(row)
    for line in table.marks:
        write([line])
    text.flush()
    text.detach()


def write_long_xlsx(out: IO[bytes], table: LongTable) -> None:
    """Write one sheet whose marks stand above its frozen headings and on each printed page.

    Every text stays text, whatever it begins with.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(table.title.translate(_BAD_IN_SHEET_NAMES)[:_SHEET_NAME])
    _lay_out(page, table)
    with TemporaryFile() as rows:
        place = f"/proc/self/fd/{rows.fileno()}"
        if Path(place).exists():
            page._writer = _NamelessSheet(page, out=place)
            page._writer.write_top()
        try:
            _write_rows(page, table)
            book.save(out)
        except BaseException:
            # Whatever went wrong: the sheet's own streams are closed in their order.
            with suppress(Exception):
                page.close()
            raise


class _NamelessSheet(WorksheetWriter):
    """Writes a sheet into a file without a name: a worker that is killed in the middle leaves nothing of it behind."""

    def cleanup(self) -> None:
        """Leave the file to whoever opened it."""


def _lay_out(page: Any, table: LongTable) -> None:
    above = 1 + len(table.marks)
    page.freeze_panes = f"A{above + 2}"
    page.print_title_rows = f"{above + 1}:{above + 1}"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddHeader.center.text = _printed(table.title, *table.marks[:1])
    page.oddFooter.left.text = _printed(*table.marks, beside=f"&R{_PAGES}")
    page.oddFooter.right.text = _PAGES
    for number, (_heading, width) in enumerate(table.headings, start=1):
        page.column_dimensions[get_column_letter(number)].width = width


def _write_rows(page: Any, table: LongTable) -> None:
    plain, bold = _template(page, bold=False), _template(page, bold=True)
    for line in (table.title, *table.marks):
        page.append([_text_cell(page, line, bold if line is table.title else plain)])
    page.append([_text_cell(page, heading, bold) for heading, _width in table.headings])
    for row in table.rows:
        page.append([_text_cell(page, value, plain) if isinstance(value, str) else value for value in row])


def _printed(*lines: str, beside: str = "") -> str:
    """Give a part of a header or footer, cut to what is left ``beside`` the others; an ampersand would begin a code."""
    left = _LONGEST_HEADER - len("&L") - len(beside)
    kept = []
    for character in xml_text("\n".join(lines)):
        left -= len(_AS_WRITTEN.get(character, character).encode("utf-16-le")) // 2
        if left < 0:
            break
        kept.append("&&" if character == "&" else character)
    return "".join(kept)


def _template(page: Any, *, bold: bool) -> Any:
    cell = WriteOnlyCell(page, value="")
    cell.number_format = "@"
    cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def _text_cell(page: Any, text: str, like: Any) -> Cell:
    cell: Any = WriteOnlyCell(
        page, value=""
    )  # a value given here would be taken for a formula if it began with =
    cell._style = copy(like._style)
    setattr(cell, "_value", xml_text(text)[:_LONGEST_TEXT])  # noqa: B010 -- the public setter guesses types
    cell.data_type = "s"
    written: Cell = cell
    return written
