"""A list of guards as a file: its columns, its empty form, and how it becomes rows and faults."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.core.access.roles import Category
from server.core.files.cell_text import shown
from server.core.files.headings import SheetRow, understand
from server.core.files.sheet_kinds import Column, RowError, SheetKind, WrongAt, first_words
from server.core.files.sheet_values import read_row
from server.core.files.sheet_words import name_reader, read_mobile, whole_reader, word_reader
from server.core.files.table_writing import Heading, NewSheet, write_xlsx
from server.core.files.tables import MAX_ROWS, OnProgress, read_tables
from server.core.refused import Refused
from server.people.files.words import CATEGORIES

NAME_LENGTH = 60
# As ``telephones.masked`` writes it.
_LONG = re.compile(r"\d(?:[\s\-]?\d){6,}")
_MASKED = re.compile(r"\d{3}[*＊]{2,6}\d{4}|[*＊]+\d{4}")


@dataclass(frozen=True, slots=True)
class ListedGuard:
    """A row of a list: who it is; ``number`` is the platform's own of somebody whom it knows already.

    ``phone`` is ``None`` where the file has it masked or leaves it out: then it stays as it is.
    """

    number: int | None
    name: str
    phone: str | None
    category: Category
    school: str | None
    station: str | None


@dataclass(frozen=True, slots=True)
class GuardLine:
    """A row of the file with what was read of it (``None`` with faults), in the order of the file."""

    sheet: str
    row: int
    name: str
    guard: ListedGuard | None
    faults: tuple[RowError, ...]


def _phone(text: str) -> str | None:
    return None if _MASKED.fullmatch(text.replace(" ", "")) else read_mobile(text)


def _ignored(_text: str) -> None:
    return None


def _told(english: str, chinese: str) -> Column:
    """Make a column of an exported file that an import leaves alone."""
    return Column(english, chinese, _ignored)


def _guard(values: Mapping[str, Any]) -> ListedGuard:
    if values["telephone"] is None and values["number"] is None:
        raise WrongAt("telephone", "missing")
    if _LONG.search(values["name"]):
        raise WrongAt("name", "number_in_name")
    return ListedGuard(
        number=values["number"],
        name=values["name"],
        phone=values["telephone"],
        category=values["category"],
        school=values["school"],
        station=values["police station"],
    )


GUARDS = SheetKind(
    "guards",
    "人员",
    (
        Column("name", "姓名", name_reader(NAME_LENGTH), required=True, example="张样例"),
        Column(
            "telephone",
            "手机号",
            _phone,
            example="19900000000",
            also=("phone", "手机", "电话", "手机号码", "联系电话"),
        ),
        Column(
            "category",
            "类别",
            word_reader(CATEGORIES),
            required=True,
            example="教职工",
            choices=first_words(CATEGORIES),
        ),
        Column("school", "学校", name_reader(NAME_LENGTH), example="样例小学", also=("单位",)),
        Column("police station", "派出所", name_reader(NAME_LENGTH), example="样例派出所", also=("station",)),
        Column("number", "编号", whole_reader(1, 10**12 - 1)),
        _told("posts on the roster", "排班岗位"),
        _told("status", "状态"),
        _told("registered", "登记时间"),
        _told("last check-in", "最近签到时间"),
        _told("post of the last check-in", "最近签到岗位"),
    ),
    _guard,
    lenient=True,
)


def lines_of(
    content: bytes, filename: str, on_progress: OnProgress | None = None, *, most: int = MAX_ROWS
) -> list[GuardLine]:
    """Read a list: each row with what it says or what is wrong with it; faults of headings and files come as rows.

    Never raises for a bad file: one that cannot be read at all, or has more than ``most`` rows, gives one line of row
    0. No fault has a telephone in clear.
    """
    try:
        sheets = read_tables(content, filename, on_progress)
    except Refused as refused:
        return [whole_file(filename, refused.code, refused.facts)]
    if sum(len(sheet.rows) for sheet in sheets) > most:
        return [whole_file(filename, "file_too_many_rows", {"limit": most})]
    lines: list[GuardLine] = []
    for sheet in sheets:
        understood = understand(sheet, (GUARDS,))
        lines += [GuardLine(one.sheet, one.row, "", None, (one,)) for one in understood.errors]
        lines += [_line(one) for one in _without_remarks(understood.lines)]
    return lines or [whole_file(filename, "file_nothing_read", {})]


def _without_remarks(lines: Sequence[SheetRow]) -> Sequence[SheetRow]:
    """Leave out what stands below the list: a sum, who filled it in, what an export is marked with."""
    last = max((place for place, one in enumerate(lines, 1) if _cells(one) > 1), default=len(lines))
    return lines[:last]


def _cells(line: SheetRow) -> int:
    return sum(bool(text.strip()) for text in line.row.cells)


def whole_file(filename: str, code: str, facts: Mapping[str, object]) -> GuardLine:
    """Give the line of a fault of a whole file."""
    return GuardLine("", 0, "", None, (RowError("", 0, "", "", shown(filename), code, facts),))


def _line(line: SheetRow) -> GuardLine:
    faults: list[RowError] = []
    guard = read_row(line, faults)
    name = masked(shown(line.text("name")))[:NAME_LENGTH]
    told = tuple(replace(one, value=masked(one.value)) for one in faults)
    return GuardLine(line.sheet[:NAME_LENGTH], line.row.number, name, guard, told)


def masked(text: str) -> str:
    """Hide the middle of what may be a telephone or another long number, in whichever column it stands."""
    return _LONG.sub(lambda found: f"{found[0][:3]}****{found[0][-2:]}", text)


def template() -> bytes:
    """Write the empty xlsx file with headings in Chinese and English, and a sheet that explains each column."""
    columns = [one for one in GUARDS.columns if one.example]
    headings = tuple(
        Heading(
            one.heading,
            max(14, 2 * len(one.heading)),
            one.choices,
            one.required or one.english == "telephone",
        )
        for one in columns
    )
    notes = tuple(
        Heading(text, 24) for text in ("列 column", "必填 required", "例 example", "可用的词 words")
    )
    return write_xlsx([NewSheet(GUARDS.title, headings), NewSheet("说明 notes", notes, _notes(columns))])


def _notes(columns: list[Column]) -> Iterator[tuple[str, ...]]:
    for one in columns:
        needed = "是 yes" if one.required or one.english == "telephone" else "否 no"
        yield one.heading, needed, one.example, " / ".join(one.choices)
