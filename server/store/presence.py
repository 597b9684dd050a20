"""Who has an open page: one row a socket, kept alive by the process that holds it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, ForeignKey, String, Table, delete, select, update

from server.store.base import UtcTime, metadata
from server.store.upsert import Upsert

presence = Table(
    "presence",
    metadata,
    Column("socket", String(40), primary_key=True),
    # A process that died leaves its rows behind; nobody keeps them alive, so they count for nothing soon.
    Column("worker", String(36), nullable=False, index=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("since", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

SEEN_EVERY_S = 20
COUNTS_FOR = timedelta(seconds=60)


_enter = Upsert(presence, keys=("socket",), take=("seen_at",))


def enter(connection: Connection, sockets: Mapping[str, int], *, worker: str, now: datetime) -> None:
    """Note open sockets, each with its account; one that is there already, since a commit's answer got lost, stays."""
    rows = [
        {"socket": socket, "worker": worker, "account_id": account_id, "since": now, "seen_at": now}
        for socket, account_id in sockets.items()
    ]
    if rows:
        _enter.run(connection, rows)


def leave(connection: Connection, sockets: Iterable[str]) -> None:
    """Forget sockets that have closed."""
    closed = list(sockets)
    if closed:
        connection.execute(delete(presence).where(presence.c.socket.in_(closed)))


def seen(connection: Connection, worker: str, now: datetime) -> None:
    """Say that a process still holds its sockets, and forget those of processes that are gone."""
    connection.execute(update(presence).where(presence.c.worker == worker).values(seen_at=now))
    connection.execute(delete(presence).where(presence.c.seen_at < now - 5 * COUNTS_FOR))


def present(connection: Connection, account_ids: Iterable[int], now: datetime) -> set[int]:
    """Tell which of some accounts have a page open."""
    query = select(presence.c.account_id).where(
        presence.c.account_id.in_(list(account_ids)), presence.c.seen_at >= now - COUNTS_FOR
    )
    return set(connection.execute(query).scalars())
