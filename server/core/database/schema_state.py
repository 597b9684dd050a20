"""What a database says of itself: its schema's state, and a row for each process that tries to write."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, inspect, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from server.core.database.base import UtcTime, metadata
from server.core.database.schema_rules import SchemaState
from server.core.database.upsert import Upsert

schema_state = Table(
    "schema_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("oldest_release", Integer, nullable=False),
)

write_probe = Table(
    "write_probe",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("number", BigInteger, nullable=False),
)

_keep_state = Upsert(schema_state, keys=["id"], take=["oldest_release"])
_keep_probe = Upsert(write_probe, keys=["name"], take=["at", "number"])


def state(connection: Connection) -> SchemaState:
    """Read the state of a schema, of whatever release; a database without tables has none."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        return SchemaState(None, None)
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if schema_state.name not in tables:
        return SchemaState(revision, None)
    return SchemaState(revision, connection.execute(select(schema_state.c.oldest_release)).scalar())


def keep_state(connection: Connection, *, oldest_release: int) -> None:
    """Keep the oldest release that may serve the schema as it is now."""
    _keep_state.run(connection, {"id": 1, "oldest_release": oldest_release})


def try_write(connection: Connection, name: str, now: datetime) -> int:
    """Write a value that differs from the one before; give it. ``name`` is who tries."""
    query = select(write_probe.c.number).where(write_probe.c.name == name)
    number: int = (connection.execute(query).scalar() or 0) + 1
    _keep_probe.run(connection, {"name": name, "at": now, "number": number})
    return number


def read_tables(connection: Connection, tables: Iterable[Table]) -> None:
    """Read a row of each table with all its columns; what is missing fails as the database says it."""
    for table in tables:
        connection.execute(select(table).limit(1)).first()


def is_missing(failure: DBAPIError) -> bool:
    """Tell whether a read failed because a table or a column is not there."""
    if isinstance(failure, ProgrammingError):
        return True
    return str(failure.orig).startswith(("no such table", "no such column"))
