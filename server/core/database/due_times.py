"""Moving what is due when the machine's clock has jumped: SQLite has no other clock than the machine's."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, Table, type_coerce, update

from server.core.database.base import MICROSECOND

# A column of times that move along, and which of its table's rows go on.
DueTime = tuple[Table, Column[Any], ColumnElement[bool]]


def shift(connection: Connection, by: timedelta, due_times: Iterable[DueTime]) -> int:
    """Move what is due and goes on by a time; give how many times were moved.

    SQLite alone: its times are microseconds.
    """
    moved = 0
    for table, column, among in due_times:
        later = type_coerce(column, BigInteger) + by // MICROSECOND
        moved += connection.execute(
            update(table).where(column.is_not(None), among).values({column.name: later})
        ).rowcount
    return moved
