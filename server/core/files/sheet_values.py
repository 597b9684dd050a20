"""The values of a row of a sheet: each cell is read by its column, and the record of its kind is built."""

from typing import Any

from server.core.files.cell_text import forbidden_character
from server.core.files.headings import SheetRow
from server.core.files.sheet_kinds import Column, RowError, WrongAt
from server.core.files.sheet_words import Wrong, read_mobile


def read_row(line: SheetRow, errors: list[RowError]) -> Any:
    """Read a row's values and build its record; ``None`` with faults: those of all its cells go to ``errors``."""
    before = len(errors)
    values: dict[str, Any] = {}
    for column in line.kind.columns:
        try:
            values[column.english] = _value(line, column)
        except Wrong as wrong:
            errors.append(line.wrong(column.english, wrong.code, **wrong.facts))
    if len(errors) > before:
        return None
    try:
        return line.kind.build(values)
    except WrongAt as wrong:
        errors.append(line.wrong(wrong.key, wrong.code, **wrong.facts))
        return None


def _value(line: SheetRow, column: Column) -> Any:
    bad = line.bad(column.english)
    if bad:
        raise Wrong(bad)
    text = line.text(column.english)
    character = forbidden_character(text)
    # A telephone is pasted with marks of direction, which its reader takes away.
    if character and column.read is not read_mobile:
        raise Wrong("forbidden_character", character=character)
    if text:
        return column.read(text)
    if column.required:
        raise Wrong("missing")
    return column.default
