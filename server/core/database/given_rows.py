"""Statements over rows that are given to them as one value: their text is the same for one row and for a thousand.

A list of values in a statement's text is made anew for each number of them, by SQLAlchemy and by the database, which
costs more than what is done with them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    Executable,
    FromClause,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.types import TypeEngine

from server.core.database.base import microseconds, require_zone

Columns = Mapping[str, type[TypeEngine[Any]] | TypeEngine[Any]]
_ROWS = bindparam("rows", type_=Text)


class OverRows:
    """A statement over given rows; ``make`` makes it of them once for each kind of database.

    A time or a date is given as such; what a JSON column keeps is given as it is.
    """

    def __init__(self, columns: Columns, make: Callable[[FromClause], Executable]) -> None:
        self._names = tuple(columns)
        self._on_sqlite, self._on_postgres = make(_on_sqlite(columns)), make(_on_postgres(columns))

    def run(self, connection: Connection, rows: Iterable[Sequence[object]]) -> CursorResult[Any]:
        """Run it over rows, each with a value for each column in their order."""
        if connection.dialect.name == "sqlite":
            text = orjson.dumps(list(rows), _as_sqlite_keeps_it, orjson.OPT_PASSTHROUGH_DATETIME)
            return connection.execute(self._on_sqlite, {"rows": text.decode()})
        named = [dict(zip(self._names, row, strict=True)) for row in rows]
        text = orjson.dumps(named, _as_postgres_reads_it, orjson.OPT_PASSTHROUGH_DATETIME)
        return connection.execute(self._on_postgres, {"rows": text.decode()})


def _on_sqlite(columns: Columns) -> FromClause:
    each = func.json_each(_ROWS).table_valued("value", name="each_given")
    read = (
        literal_column(f"json_extract(each_given.value, '$[{place}]')", kind).label(name)
        for place, (name, kind) in enumerate(columns.items())
    )
    return select(*read).select_from(each).subquery("given")


def _on_postgres(columns: Columns) -> FromClause:
    kinds = (column(name, kind) for name, kind in columns.items())
    rows = func.json_to_recordset(cast(_ROWS, JSON))
    return rows.table_valued(*kinds, name="given").render_derived(with_types=True)


def _as_sqlite_keeps_it(value: object) -> object:
    if isinstance(value, datetime):
        require_zone(value)
        return microseconds(value)
    return _as_postgres_reads_it(value)


def _as_postgres_reads_it(value: object) -> object:
    if isinstance(value, datetime):
        require_zone(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no row has a {type(value).__name__}")
