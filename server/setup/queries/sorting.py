"""What the lists of places share: which rows by a word and a state, in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, literal, or_, select, update

from server.core.database.base import UtcTime
from server.setup.rules.posts import Shown

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, which way round, from which place on, and how many."""

    column: ColumnElement[Any]
    descending: bool
    start: int
    most: int

    def of(self, query: Select[Any], table: Table) -> Select[Any]:
        """Put it on a query; where the columns are equal, names and numbers decide."""
        column = self.column.desc() if self.descending else self.column
        return query.order_by(column, table.c.name, table.c.id).offset(self.start).limit(self.most)


def changed(table: Table) -> ColumnElement[Any]:
    """Give when a row was changed: on both engines those that nobody changed here are the oldest."""
    return func.coalesce(table.c.changed_at, literal(_NEVER, UtcTime))


def of_state(table: Table, shown: Shown) -> list[ColumnElement[bool]]:
    """Give which rows are wanted, as conditions."""
    if shown == Shown.ALL:
        return []
    archived = table.c.archived_at.is_not(None)
    return [archived if shown == Shown.ARCHIVED else ~archived]


def named(text: str, *columns: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Give in which columns a text is found, as conditions; no text finds all."""
    return [or_(*(one.icontains(text, autoescape=True) for one in columns))] if text else []


def keep(
    connection: Connection,
    table: Table,
    number: int,
    values: Mapping[str, object],
    *,
    by: int,
    now: datetime,
) -> None:
    """Change a row; its version counts up."""
    version = func.coalesce(table.c.version, 0) + 1
    written = {**values, "version": version, "changed_by": by, "changed_at": now}
    connection.execute(update(table).where(table.c.id == number).values(**written))


def is_taken(connection: Connection, table: Table, name: str, *, besides: int = 0, **where: int) -> bool:
    """Tell whether another row has a name within a district or station; archived ones keep theirs."""
    wanted = [table.c[column] == number for column, number in where.items()]
    query = select(table.c.id).where(table.c.name == name, table.c.id != besides, *wanted)
    return connection.execute(query.limit(1)).first() is not None
