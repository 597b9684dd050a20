"""Databases of PostgreSQL that tests use one after the other, each set back to what its template holds.

To copy a template takes PostgreSQL a tenth of a second of processor time; to set a copy back a hundredth.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg.sql import SQL, Composable, Identifier, Literal

from deploy.programs.postgres import Server

# Rows that were deleted stay in the files, so a copy does not serve for ever.
MOST_TESTS = 100
ENDED_S = 2.0

TABLES = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
)
SEQUENCES = "SELECT sequencename, last_value, start_value FROM pg_sequences WHERE schemaname = 'public'"
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
# Changes with each statement that changes what is there instead of what is in it.
CATALOGUES = {
    "pg_class": "oid",
    "pg_attribute": "attrelid",
    "pg_index": "indexrelid",
    "pg_constraint": "oid",
    "pg_trigger": "oid",
    "pg_proc": "oid",
    "pg_namespace": "oid",
    "pg_type": "oid",
}
FIRST_OF_OURS = 16384


def _version(catalogue: str, number: str) -> str:
    return (
        f"(SELECT count(*) || ':' || coalesce(max(xmin::text::bigint), 0) FROM {catalogue}"
        f" WHERE {number} >= {FIRST_OF_OURS})"
    )


SHAPE = f"SELECT {' || '.join(_version(*one) for one in CATALOGUES.items())}"


class Copy:
    """A copy of a template, with a connection that sets it back and, beside the tables, a function that does."""

    def __init__(self, server: Server, template: str) -> None:
        self.url = server.copy_url(template)
        self.used = 0
        self._link = server.connect(self.url)
        self._keep()
        self._shape = self._ask(SHAPE)

    def set_back(self) -> bool:
        """Set it back; False where it may not be used again: it is worn, or something holds or has changed it."""
        self.used += 1
        try:
            if self.used >= MOST_TESTS or not self._is_alone() or self._ask(SHAPE) != self._shape:
                return False
            self._link.execute("SELECT kept.set_back()")
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Let go of it."""
        self._link.close()

    def _is_alone(self) -> bool:
        """Wait until those who have just hung up are gone; whoever stays may still write."""
        until = time.monotonic() + ENDED_S
        while self._ask(OTHERS) and time.monotonic() < until:
            self._link.execute("SELECT pg_stat_clear_snapshot()")
        return not self._ask(OTHERS)

    def _ask(self, question: str) -> object:
        found = self._link.execute(question.encode()).fetchone()
        assert found is not None
        return found[0]

    def _keep(self) -> None:
        """Keep the template's rows in a schema of their own, and write the function."""
        self._link.execute("CREATE SCHEMA kept")
        steps = [self._table(name) for (name,) in self._link.execute(TABLES.encode()).fetchall()]
        steps += [self._sequence(*one) for one in self._link.execute(SEQUENCES.encode()).fetchall()]
        self._link.execute("CREATE TABLE kept.newest AS SELECT pg_current_xact_id()::text::bigint AS value")
        body = SQL(" ").join(
            [
                SQL("DECLARE newest bigint := (SELECT value FROM kept.newest); BEGIN"),
                # Neither the order of the tables nor a trigger matters then.
                SQL("SET LOCAL session_replication_role = replica;"),
                *steps,
                SQL("UPDATE kept.newest SET value = pg_current_xact_id()::text::bigint; END"),
            ]
        )
        function = SQL("CREATE FUNCTION kept.set_back() RETURNS void LANGUAGE plpgsql AS {}")
        self._link.execute(function.format(Literal(body.as_string(self._link))))

    def _table(self, name: str) -> Composable:
        names = {"table": Identifier("public", name), "kept": Identifier("kept", name)}
        if not self._link.execute(SQL("SELECT 1 FROM {table} LIMIT 1").format(**names)).fetchall():
            return SQL("IF EXISTS (SELECT FROM {table}) THEN DELETE FROM {table}; END IF;").format(**names)
        self._link.execute(SQL("CREATE TABLE {kept} AS TABLE {table}").format(**names))
        # What nobody touched is as much as before, and no row is newer than the last setting back.
        return SQL(
            "IF (SELECT count(*) FROM {table}) <> (SELECT count(*) FROM {kept})"
            " OR EXISTS (SELECT FROM {table} WHERE xmin::text::bigint > newest) THEN DELETE FROM {table};"
            " INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE {kept}; END IF;"
        ).format(**names)

    def _sequence(self, name: str, last: int | None, start: int) -> Composable:
        value, is_called = (start, False) if last is None else (last, True)
        parts = Literal(f'public."{name}"'), Literal(value), Literal(is_called)
        return SQL("PERFORM setval({}, {}, {});").format(*parts)


@dataclass
class Copies:
    """The copies of one template that wait to be used again."""

    server: Server
    template: str
    _free: list[Copy] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[str]:
        """Lend one to a test; gives its address."""
        copy = self._take()
        yield copy.url
        self._free.append(copy)

    def close(self) -> None:
        """Let go of all of them."""
        for copy in self._free:
            copy.close()

    def _take(self) -> Copy:
        while self._free:
            copy = self._free.pop()
            if copy.set_back():
                return copy
            copy.close()
        return Copy(self.server, self.template)
