"""A kind of sheet: its columns with headings in Chinese and English, and how a row is built; the faults of rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.core.files.sheet_words import Wrong


class WrongAt(Wrong):
    """A row's values do not fit together; ``key`` names the column to point at."""

    def __init__(self, key: str, code: str, **facts: object) -> None:
        """Keep the column, the code and its facts."""
        super().__init__(code, **facts)
        self.key = key


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its two names and others that people give it, how its values are read, the value of a blank cell."""

    english: str
    chinese: str
    read: Callable[[str], Any]
    required: bool = False
    default: Any = None
    example: str = ""
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Give the heading as the template writes it."""
        return f"{self.chinese} {self.english}"


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of sheet; ``build`` makes a record of a row's values or raises ``WrongAt``.

    ``lenient``: columns that it does not know are left alone.
    """

    english: str
    chinese: str
    columns: tuple[Column, ...]
    build: Callable[[Mapping[str, Any]], Any]
    lenient: bool = False

    @property
    def title(self) -> str:
        """Give the sheet's name as the template writes it."""
        return f"{self.chinese} {self.english}"

    def column(self, english: str) -> Column:
        """Give a column by its English name."""
        return next(column for column in self.columns if column.english == english)


def first_words(words: Mapping[Any, tuple[str, ...]]) -> tuple[str, ...]:
    """Give the word of each meaning that a template offers."""
    return tuple(known[0] for known in words.values())


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a cell, a row or (``row`` 0) the file: a stable code and its facts, no prose.

    ``column`` is the heading, ``cell`` its address (``C7``) if it has one, ``value`` what stands there, fit to
    be shown. The codes are listed in docs/import.md.
    """

    sheet: str
    row: int
    column: str
    cell: str
    value: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
