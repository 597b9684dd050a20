"""Many rows of a table, written as one statement past SQLAlchemy, which takes longer over them than the database.

On PostgreSQL they are given as one value: a statement with a thousand marks is read anew each time, there and here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

import orjson
from sqlalchemy import JSON, Connection, CursorResult, Date, Table
from sqlalchemy.dialects import postgresql

from server.core import json_text
from server.core.database.base import UtcTime, microseconds, require_zone
from server.core.database.kept_rows import fed_by
from server.core.json_text import JsonText

Row = TypeVar("Row")

# SQLite takes 32,766 values in a statement.
MOST_VALUES = 30_000


def batched(rows: Sequence[Row], most: int) -> Iterator[Sequence[Row]]:
    """Divide rows into so many at once."""
    return (rows[start : start + most] for start in range(0, len(rows), most))


class ManyRows:
    """Writes rows of some columns of a table, a row being a sequence of their values in that order.

    ``otherwise`` is what stands behind the rows: ``ON CONFLICT …``, ``RETURNING …``. Nothing may be kept by processes
    of such a table, since nobody notes that it was written.
    """

    def __init__(self, table: Table, columns: Sequence[str], otherwise: str = "") -> None:
        assert not fed_by(table)
        kinds = [table.c[name].type for name in columns]
        self._places = [(place, made) for place, kind in enumerate(kinds) if (made := _for_sqlite(kind))]
        self._json = [place for place, kind in enumerate(kinds) if isinstance(kind, JSON)]
        self._names, self._head = tuple(columns), f"INSERT INTO {table.name} ({', '.join(columns)})"
        self._mark, self._otherwise = f"({', '.join('?' * len(columns))})", otherwise
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        typed = (f"{name} {kind.compile(dialect)}" for name, kind in zip(columns, kinds, strict=True))
        given = f"AS given({', '.join(typed)}) WHERE true"
        read = [self._head, "SELECT", ", ".join(columns), "FROM json_to_recordset(%(rows)s::json)"]
        self._on_postgres = " ".join([*read, given, otherwise])
        self.most = MOST_VALUES // len(columns)

    def write(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> CursorResult[Any]:
        """Write rows, at least one and on SQLite at most ``most``."""
        if connection.dialect.name == "sqlite":
            made = [self._as_sqlite_keeps_it(row) for row in rows]
            return connection.exec_driver_sql(self._on_sqlite(len(made)), tuple(chain.from_iterable(made)))
        text = orjson.dumps([self._named(row) for row in rows], _as_postgres_reads_it, _OPTIONS)
        return connection.exec_driver_sql(self._on_postgres, {"rows": text.decode()})

    def _on_sqlite(self, number: int) -> str:
        return _with_marks(self._head, self._mark, number, self._otherwise)

    def _as_sqlite_keeps_it(self, row: Sequence[Any]) -> list[Any]:
        made = list(row)
        for place, make in self._places:
            if made[place] is not None:
                made[place] = make(made[place])
        return made

    def _named(self, row: Sequence[Any]) -> dict[str, Any]:
        named = dict(zip(self._names, row, strict=True))
        for place in self._json:
            if isinstance(row[place], JsonText):
                named[self._names[place]] = orjson.Fragment(row[place].encode())
        return named


_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


@lru_cache(maxsize=512)
def _with_marks(head: str, mark: str, number: int, otherwise: str) -> str:
    return f"{head} VALUES {', '.join([mark] * number)} {otherwise}"


def _for_sqlite(kind: Any) -> Callable[[Any], Any] | None:
    """Give how a value of a type is kept by SQLite, where that is not as it is."""
    if isinstance(kind, UtcTime):
        return _microseconds
    if isinstance(kind, JSON):
        return json_text.write
    return date.isoformat if isinstance(kind, Date) else None


def _microseconds(time: datetime) -> int:
    require_zone(time)
    return microseconds(time)


def _as_postgres_reads_it(value: object) -> object:
    if isinstance(value, datetime):
        require_zone(value)
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no row has a {type(value).__name__}")
