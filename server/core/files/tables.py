"""Reading tables: xlsx, ods and csv bytes, whatever program wrote them, become sheets of rows of text."""

import csv
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO, StringIO

from server.core.files.archive import check_archive
from server.core.files.cell_text import plain_cell
from server.core.files.open_document import DocumentSheet, is_document, read_document
from server.core.files.workbook import Workbook, WorkbookPart
from server.core.files.workbook_rows import Cells, Merge, fill_merged, read_rows
from server.core.refused import Refused

MAX_FILE_BYTES = 32 * 2**20
MAX_ROWS = 200_000
MAX_COLUMNS = 64
PROGRESS_EVERY_ROWS = 200
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t"
# Only a guess of how many rows there will be, for progress.
_BYTES_A_ROW = 300

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as people see it, numbered from 1; ``bad`` has a code for each cell that is no plain value."""

    number: int
    cells: tuple[str, ...]
    bad: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its rows that are not blank."""

    name: str
    rows: tuple[Row, ...]


def read_tables(content: bytes, filename: str, on_progress: OnProgress | None = None) -> tuple[Sheet, ...]:
    """Read an xlsx, ods or csv file; what it is is told by its bytes, the name only names a csv's sheet.

    Hidden sheets, styles, pictures and rows without a word decide nothing. The value of merged cells holds for all
    their rows; a cell that is merged with its left is ``bad``. Every value comes as text: times ``07:20``, dates ISO,
    whole numbers without a point. A csv may be UTF-8 with or without BOM, UTF-16 with BOM or GB18030, parted by comma,
    semicolon or tab. Formulas are not computed: their cells are ``bad``. ``on_progress`` gets rows read and a guess of
    how many there are.

    Raises ``Refused``: ``file_empty``, ``file_too_large``, ``file_too_many_rows`` (limit), ``file_unsafe``
    (reason), ``file_broken``, ``file_old_or_protected``, ``file_type_unknown``.
    """
    if not content:
        raise Refused("file_empty")
    if len(content) > MAX_FILE_BYTES:
        raise Refused("file_too_large", bytes=len(content), limit=MAX_FILE_BYTES)
    if content.startswith(_OLD_OFFICE):
        raise Refused("file_old_or_protected")
    tell = on_progress or _tell_nobody
    if content.startswith(_ZIP):
        check_archive(content)
        return _read_archive(content, tell)
    name = filename.replace("\\", "/").rpartition("/")[2]
    return (_read_csv(content, name.rpartition(".")[0] or name, tell),)


def _tell_nobody(_done: int, _total: int) -> None:
    return None


def _read_archive(content: bytes, tell: OnProgress) -> tuple[Sheet, ...]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            document = is_document(archive)
        return _read_ods(content, tell) if document else _read_xlsx(content, tell)
    except Refused:
        raise
    except Exception as broken:  # a stranger's bytes may hold anything
        raise Refused("file_broken") from broken


def _read_xlsx(content: bytes, tell: OnProgress) -> tuple[Sheet, ...]:
    book = Workbook(content)
    total = sum(book.size(part.name) for part in book.sheets) // _BYTES_A_ROW
    sheets: list[Sheet] = []
    done = 0
    for part in book.sheets:
        rows = _xlsx_rows(book, part, partial(_told, tell, done, total))
        sheets.append(Sheet(part.title, tuple(rows)))
        done += len(rows)
    return tuple(sheets)


def _read_ods(content: bytes, tell: OnProgress) -> tuple[Sheet, ...]:
    found: dict[int, tuple[DocumentSheet, dict[int, Cells]]] = {}
    done = 0
    for sheet, number, cells, repeats in read_document(content, most_columns=MAX_COLUMNS):
        _sheet, rows = found.setdefault(id(sheet), (sheet, {}))
        if not _says_something(cells):
            continue
        if len(rows) + repeats > MAX_ROWS:
            raise Refused("file_too_many_rows", limit=MAX_ROWS)
        rows |= {number + step: dict(cells) for step in range(repeats)}
        done += repeats
        if done % PROGRESS_EVERY_ROWS == 0:
            tell(done, max(done, len(content) // _BYTES_A_ROW))
    for sheet, rows in found.values():
        fill_merged(rows, sheet.merges, most_columns=MAX_COLUMNS)
    return tuple(
        Sheet(sheet.title, tuple(_row(number, cells) for number, cells in rows.items()))
        for sheet, rows in found.values()
    )


def _says_something(cells: Cells) -> bool:
    """Tell whether a row is more than formatted: one with a stray blank is none."""
    return any(text.strip() for text, _why in cells.values())


def _told(tell: OnProgress, before: int, total: int, now: int) -> None:
    tell(before + now, max(before + now, total))


def _xlsx_rows(book: Workbook, part: WorkbookPart, tell: Callable[[int], None]) -> list[Row]:
    found: dict[int, Cells] = {}
    merges: list[Merge] = []
    with book.open(part.name) as stream:
        for number, cells in read_rows(book, stream, merges, most_columns=MAX_COLUMNS):
            if not _says_something(cells):
                continue
            found[number] = cells
            if len(found) > MAX_ROWS:
                raise Refused("file_too_many_rows", limit=MAX_ROWS)
            if len(found) % PROGRESS_EVERY_ROWS == 0:
                tell(len(found))
    fill_merged(found, merges, most_columns=MAX_COLUMNS)
    return [_row(number, cells) for number, cells in sorted(found.items())]


def _row(number: int, cells: Cells) -> Row:
    width = max(cells) + 1
    texts = tuple(cells[place][0] if place in cells else "" for place in range(width))
    return Row(number, texts, {place: why for place, (_text, why) in cells.items() if why})


def _read_csv(content: bytes, name: str, tell: OnProgress) -> Sheet:
    text = _decode(content)
    if "\x00" in text[:4096] and text[:4096].count("\x00") > len(text[:4096]) // 50:
        raise Refused("file_type_unknown")  # a picture or a program, not a text with a stray NUL
    total = text.count("\n") + 1
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows = []
    first_line = 1
    try:
        for number, record in enumerate(reader, start=1):
            if number > MAX_ROWS:
                raise Refused("file_too_many_rows", limit=MAX_ROWS)
            cells = tuple(plain_cell(cell) for cell in record[:MAX_COLUMNS])
            if any(cell.strip() for cell in cells):
                rows.append(Row(first_line, cells))
            first_line = reader.line_num + 1
            if number % PROGRESS_EVERY_ROWS == 0:
                tell(number, max(number, total))
    except csv.Error as broken:
        raise Refused("file_broken", row=first_line) from broken
    return Sheet(name, tuple(rows))


def _decode(content: bytes) -> str:
    """Decode a csv file: by its BOM, else as UTF-8 if it is valid and plausible, else as GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _strictly(content, "gb18030")
    if text.isascii() or content.startswith(b"\xef\xbb\xbf") or _has_chinese(text):
        return text
    # A short GB18030 text can be valid UTF-8 by chance: it then reads as Cyrillic and the like.
    try:
        other = content.decode("gb18030")
    except UnicodeDecodeError:
        return text
    return other if _has_chinese(other) else text


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as broken:
        raise Refused("file_type_unknown") from broken


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def _delimiter(text: str) -> str:
    """Choose the delimiter that parts the first line that is not blank into the most cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {delimiter: _parts(first, delimiter) for delimiter in _DELIMITERS}
    return max(_DELIMITERS, key=lambda delimiter: counts[delimiter])


def _parts(line: str, delimiter: str) -> int:
    """Count delimiters outside quotes."""
    return sum(part.count(delimiter) for part in line.split('"')[::2])
