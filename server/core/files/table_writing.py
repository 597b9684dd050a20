"""Writing tables: xlsx and csv files that open cleanly in a spreadsheet program and run nothing there."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from server.core.files.cell_text import safe_cell, xml_text

Value = str | int | float | None
_HEADING = Font(bold=True, color="FFFFFF")
_REQUIRED, _OPTIONAL = PatternFill("solid", fgColor="1B4F9C"), PatternFill("solid", fgColor="5C7899")
_LIST_ROWS = 5000
_LONGEST_TEXT = 32_767  # in an xlsx cell


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading with its width in characters, and the words that its drop-down list offers."""

    text: str
    width: int = 16
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet to be written."""

    name: str
    headings: tuple[Heading, ...]
    rows: Iterable[Sequence[Value]] = ()


def write_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    """Write rows as UTF-8 with BOM (so that Excel shows Chinese); texts that would run as formulas are guarded."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([safe_cell(value) if isinstance(value, str) else value for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(sheets: Sequence[NewSheet]) -> bytes:
    """Write sheets with a frozen row of headings; every text stays text, whatever it begins with.

    Columns are in text format, so that what is typed there (a phone, ``1-5``) is not made a number or a date.
    """
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        for number, heading in enumerate(sheet.headings, start=1):
            letter = get_column_letter(number)
            page.column_dimensions[letter].width = heading.width
            page.column_dimensions[letter].number_format = "@"
            if heading.choices:
                page.data_validations.append(_choices(heading, letter))
        page.append([_heading_cell(page, heading) for heading in sheet.headings])
        for row in sheet.rows:
            page.append([_text_cell(page, value) if isinstance(value, str) else value for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _heading_cell(page: Any, heading: Heading) -> Cell:
    cell = _text_cell(page, heading.text)
    cell.font = _HEADING
    cell.fill = _REQUIRED if heading.required else _OPTIONAL
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _text_cell(page: Any, text: str) -> Cell:
    cell = WriteOnlyCell(page, value="")  # a value given here would be taken for a formula if it began with =
    cell.number_format = "@"
    cell.quotePrefix = True
    setattr(cell, "_value", xml_text(text)[:_LONGEST_TEXT])  # noqa: B010 -- the public setter guesses types
    cell.data_type = "s"
    return cell


def _choices(heading: Heading, letter: str) -> DataValidation:
    """Offer words in a drop-down list without insisting on them: the English words are understood too."""
    offered = DataValidation(type="list", formula1=f'"{",".join(heading.choices)}"', allow_blank=True)
    offered.showErrorMessage = False
    offered.add(f"{letter}2:{letter}{_LIST_ROWS}")
    return offered
