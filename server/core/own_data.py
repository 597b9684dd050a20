"""What the database holds of one person: each area says it of its tables, in the words that he reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, or_, select, tuple_

# Read at once: a read that lasts holds back SQLite's log.
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Words:
    """What something is called, in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """Give it in a language (``zh-CN`` or ``en``)."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Shown:
    """A column that the person gets, and its heading."""

    column: Column[Any]
    heading: Words


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A table's rows of a person: those in which one of the columns ``whose`` has his number.

    ``name`` is the part's name in files. Columns that tell of others are not shown.
    """

    name: str
    title: Words
    whose: tuple[Column[Any], ...]
    shown: tuple[Shown, ...]

    def rows(self, connection: Connection, account_id: int, after: Sequence[Any]) -> list[Mapping[str, Any]]:
        """Read the next rows after a key (none: the first ones), with the key as ``_key``."""
        table = self.whose[0].table
        keys = list(table.primary_key.columns)
        query = (
            select(*(one.column for one in self.shown), *(key.label(f"_{key.name}") for key in keys))
            .where(or_(*(column == account_id for column in self.whose)))
            .order_by(*keys)
            .limit(ROWS_AT_ONCE)
        )
        if after:
            query = query.where(tuple_(*keys) > tuple_(*after) if len(keys) > 1 else keys[0] > after[0])
        return [dict(row) for row in connection.execute(query).mappings()]

    def key_of(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """Give the key of a row that ``rows`` read."""
        return tuple(row[f"_{key.name}"] for key in self.whose[0].table.primary_key.columns)

    def columns(self) -> Iterator[tuple[str, Words]]:
        """Give the columns that are shown, by name."""
        return ((one.column.name, one.heading) for one in self.shown)
