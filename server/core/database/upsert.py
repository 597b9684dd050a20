"""INSERT … ON CONFLICT, which SQLite and PostgreSQL each have as a statement of their own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, CursorResult, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

Rows = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Upsert:
    """Insert rows; where one with the same ``keys`` is there, ``take`` these columns of the new one, or leave it.

    ``when`` decides by the new row whether its columns are taken at all; ``give`` is a column to return. The
    statement is made once: making one costs more than running it.
    """

    def __init__(
        self,
        table: Table,
        *,
        keys: Sequence[str] = (),
        take: Sequence[str] = (),
        when: Callable[[Any], ColumnElement[bool]] | None = None,
        give: Column[Any] | None = None,
    ) -> None:
        self._by_dialect: dict[str, Any] = {}
        for dialect, insert in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert)):
            made: Any = insert(table)
            new = made.excluded
            if take:
                made = made.on_conflict_do_update(
                    index_elements=list(keys),
                    set_={name: new[name] for name in take},
                    where=when(new) if when else None,
                )
            else:
                made = made.on_conflict_do_nothing()
            # One that gives nothing back is run once for each row.
            self._by_dialect[dialect] = made.returning(
                give if give is not None else table.primary_key.columns[0]
            )

    def run(self, connection: Connection, rows: Rows) -> CursorResult[Any]:
        """Insert one row, or many with one statement."""
        return connection.execute(self._by_dialect[connection.dialect.name], rows)
