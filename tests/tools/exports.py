"""Asking for lists as files, having them made, and reading them as people's programs do."""

import csv
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from flask import Flask
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.tools.client import Caller
from tests.tools.jobs import work_off

PURPOSE = "开学前核对名单"
MARKS = 2


@dataclass(frozen=True)
class ReadList:
    """A list as it was read back: title, marks, headings, and rows by heading."""

    title: str
    marks: list[str]
    headings: list[str]
    rows: list[dict[str, str]]

    def column(self, heading: str) -> list[str]:
        """Give what stands under a heading."""
        return [row[heading] for row in self.rows]


def ask(mine: Caller, kind: str = "guards", **more: Any) -> Any:
    """Ask for a list; gives the answer."""
    return mine.post("/api/exports", {"kind": kind, "purpose": PURPOSE, **more})


def asked(mine: Caller, kind: str = "guards", **more: Any) -> int:
    """Ask for a list that may be had; gives the job's number."""
    answer = ask(mine, kind, **more)
    assert answer.status_code == 202, answer.json
    number: int = answer.json["id"]
    return number


def job_of(mine: Caller, number: int) -> dict[str, Any]:
    """Read a job as whoever asked for it sees it."""
    found: dict[str, Any] = next(one for one in mine.get("/api/jobs").json["items"] if one["id"] == number)
    return found


def file_of(app: Flask, mine: Caller, kind: str = "guards", **more: Any) -> bytes:
    """Ask for a list, let it be made, and fetch it."""
    number = asked(mine, kind, **more)
    work_off(app)
    answer = mine.get(f"/api/jobs/{number}/file")
    assert answer.status_code == 200, job_of(mine, number)
    content: bytes = answer.data
    return content


def sheet_of(content: bytes) -> Worksheet:
    """Open the one sheet of a spreadsheet."""
    book = load_workbook(BytesIO(content))
    assert len(book.worksheets) == 1
    return book.worksheets[0]


def read_xlsx(content: bytes) -> ReadList:
    """Read a spreadsheet back."""
    lines = [["" if cell is None else cell for cell in row] for row in sheet_of(content).values]
    return _read([[str(cell) for cell in line] for line in lines])


def read_csv(content: bytes) -> ReadList:
    """Read a text table back, of which the marks stand at the end, too."""
    lines = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    found = _read(lines[:-MARKS])
    assert [line[0] for line in lines[-MARKS:]] == found.marks
    return found


def _read(lines: list[list[str]]) -> ReadList:
    title, *marks = (line[0] for line in lines[: 1 + MARKS])
    headings = lines[1 + MARKS]
    rows = [dict(zip(headings, line, strict=True)) for line in lines[2 + MARKS :]]
    return ReadList(title, marks, headings, rows)
