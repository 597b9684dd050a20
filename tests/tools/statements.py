"""Counts the statements that reach a database, where its driver hands them over.

An ``executemany`` of many rows counts as many: on SQLite the driver says each of them, on PostgreSQL each set of
values that it is given. Locks and what begins and ends a transaction are kept apart.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from server.core.database.transaction import Store

_BRACKET = re.compile(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA")
_LOCK = re.compile(r"pg_advisory|FOR (NO KEY )?UPDATE|FOR (KEY )?SHARE")
_VALUES = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|%\(\w+\)s(?:::\w+)?|\?")
_LIST = re.compile(r"\(\s*@(?:\s*,\s*@)*\s*\)(?:\s*,\s*\(\s*@(?:\s*,\s*@)*\s*\))*")


@dataclass
class Statements:
    """What was sent: what reads and writes, what locks, and what begins and ends transactions."""

    work: list[str] = field(default_factory=list)
    locks: list[str] = field(default_factory=list)
    brackets: list[str] = field(default_factory=list)

    def hear(self, statement: str, times: int = 1) -> None:
        """Take one statement down, ``times`` over."""
        said = " ".join(statement.split())
        kind = self.brackets if _BRACKET.match(said) else self.locks if _LOCK.search(said) else self.work
        kind.extend([said] * times)

    def writes_of(self, table: str) -> int:
        """Count the statements that write a table."""
        return sum(bool(re.match(rf"(INSERT INTO|UPDATE|DELETE FROM) {table}\b", said)) for said in self.work)

    def told(self) -> str:
        """Give the statements by their text without values, the most frequent first."""
        shapes = Counter(_LIST.sub("(@)", _VALUES.sub("@", said)) for said in self.work)
        return "\n".join(f"{count:4} × {said[:230]}" for said, count in shapes.most_common())


@contextmanager
def counted(store: Store) -> Iterator[Statements]:
    """Count what is sent to a store's database meanwhile."""
    heard = Statements()
    with _counted_on_sqlite(store, heard) if store.is_sqlite else _counted_on_postgres(store, heard):
        yield heard


@contextmanager
def _counted_on_sqlite(store: Store, heard: Statements) -> Iterator[None]:
    connections = []
    for engine in (store.engine, store._reader):
        with engine.connect() as connection:
            connections.append(connection.connection.driver_connection)
    for one in connections:
        one.set_trace_callback(heard.hear)
    try:
        yield
    finally:
        for one in connections:
            one.set_trace_callback(None)


@contextmanager
def _counted_on_postgres(store: Store, heard: Statements) -> Iterator[None]:
    def hear(_one: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        # Rows that go together as one statement have one set of values.
        heard.hear(statement, len(values) if many and isinstance(values, list) else 1)

    event.listen(store.engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(store.engine, "before_cursor_execute", hear)
