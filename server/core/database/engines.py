"""How the databases are opened: PostgreSQL by a pool of connections, SQLite by one that writes and one that reads."""

import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from server.core import json_text
from server.core.database.single_instance_lock import make_private

# Connections to PostgreSQL that a process keeps open.
OPEN = 20
# A cable that is cut says nothing. Each side finds out by itself: this one so that a caller is told "not now" and
# tries again, PostgreSQL so that a transaction whose process is gone does not hold its locks against all others.
_CONNECT_WITHIN_S = 5
_SILENT_MS = 6_000
_KEEPALIVE = {"keepalives_idle": 3, "keepalives_interval": 1, "keepalives_count": 3}
_PATIENCE = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "8s",
    "client_connection_check_interval": "2s",
    "tcp_user_timeout": f"{_SILENT_MS}ms",
    **{f"tcp_{name}": str(number) for name, number in _KEEPALIVE.items()},
}
# Who is on duty goes from nobody to thousands within minutes: a plan that was made for the empty night and kept
# is read through by all the alarms of the morning. To plan each time costs some 0.1 ms.
_PLANS = {"plan_cache_mode": "force_custom_plan"}


# A connection that was used just now is not asked first whether it still is one: that is a way less for each use.
_TRUSTED_FOR_S = 1.0


def postgres_engine(url: str) -> Engine:
    """Make the pool of connections to a PostgreSQL."""
    engine = create_engine(
        url,
        # A failure is written into the log: what people typed is not.
        hide_parameters=True,
        json_serializer=json_text.write,
        json_deserializer=json_text.read,
        pool_size=OPEN,
        max_overflow=20,
        pool_timeout=5,
        connect_args={
            "connect_timeout": _CONNECT_WITHIN_S,
            "tcp_user_timeout": _SILENT_MS,
            **_KEEPALIVE,
            "options": " ".join(f"-c {name}={value}" for name, value in (_PATIENCE | _PLANS).items()),
        },
    )

    _write_many_at_once(engine)

    @event.listens_for(engine, "checkin")
    def _used(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _still_there(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        idle_s = time.monotonic() - record.info.get("used_at", time.monotonic())
        if idle_s < _TRUSTED_FOR_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            # All that are as old went with it.
            raise InvalidatePoolError from gone

    return engine


def sqlite_engine(url: str, *, read_only: bool) -> Engine:
    """Make the one connection to a SQLite file that writes, or the one that reads."""
    engine = create_engine(
        url,
        hide_parameters=True,
        json_serializer=json_text.write,
        json_deserializer=json_text.read,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 5},
    )

    _write_many_at_once(engine)

    @event.listens_for(engine, "do_connect")
    def _make(*_how: Any) -> None:
        make_private(engine.url.database)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-65536")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if read_only:
            # Past SQLAlchemy, which takes longer for it than for the query: to begin to read waits for nobody.
            connection.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _write_many_at_once(engine: Engine) -> None:
    """Let an INSERT of many rows be one statement, not one for each of them."""
    engine.dialect.use_insertmanyvalues_wo_returning = True
