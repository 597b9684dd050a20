"""What the database holds of one person: each area says it of its tables, in the words that he reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, or_, select, tuple_

from server.core.database.sealing import telephones
from server.core.words import Words

__all__ = ("ROWS_AT_ONCE", "Key", "OwnFile", "OwnPart", "OwnRow", "Shown", "Told", "Value", "Words")

# Read at once: a read that lasts holds back SQLite's log.
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """A column that the person gets, and its heading."""

    column: Column[Any]
    heading: Words


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file of a person: what it is called in his copy, and its name in the store."""

    called: str
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """What belongs to a row of his and stands elsewhere, such as the words of what he agreed to."""

    name: str
    value: ColumnElement[Any]
    heading: Words


Value = str | int | float | bool | date | list[str] | None
Key = int | str


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row as the person gets it: what is shown, in the order of the columns, and its key in its table."""

    values: tuple[Value, ...]
    key: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A table's rows of a person: those in which one of the columns ``whose`` has his number.

    ``name`` is the part's name in files. Columns that tell of others are not shown. ``told`` is read for each row.
    """

    name: str
    title: Words
    whose: tuple[Column[Any], ...]
    shown: tuple[Shown, ...]
    told: tuple[Told, ...] = ()

    def names(self) -> list[str]:
        """Give the names of what he gets, as a program reads them."""
        columns = [one.column.name.removesuffix(telephones.SEALED) for one in self.shown]
        return columns + [one.name for one in self.told]

    def headings(self) -> list[Words]:
        """Give what a person reads above it."""
        return [*(one.heading for one in self.shown), *(one.heading for one in self.told)]

    def rows(self, connection: Connection, account_id: int, after: tuple[Key, ...]) -> list[OwnRow]:
        """Read the next rows after a key (none: the first ones)."""
        keys = list(self.whose[0].table.primary_key.columns)
        clear = {number: telephones.in_clear(one.column) for number, one in enumerate(self.shown)}
        sealed = {number: column for number, column in clear.items() if column is not None}
        query = (
            select(
                *(one.column for one in self.shown),
                *(one.value.label(one.name) for one in self.told),
                *(key.label(f"_{key.name}") for key in keys),
                *(column.label(f"_clear_{number}") for number, column in sealed.items()),
            )
            .where(or_(*(column == account_id for column in self.whose)))
            .order_by(*keys)
            .limit(ROWS_AT_ONCE)
        )
        if after:
            query = query.where(tuple_(*keys) > tuple_(*after) if len(keys) > 1 else keys[0] > after[0])
        width = len(self.shown) + len(self.told)
        end = width + len(keys)
        found = []
        for row in connection.execute(query):
            opened = {
                number: telephones.number(row[end + place], row[number])
                for place, number in enumerate(sealed)
            }
            values = tuple(opened.get(number, row[number]) for number in range(width))
            found.append(OwnRow(values, tuple(row[width:end])))
        return found
