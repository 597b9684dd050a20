"""Who has an open page: one row a socket, kept alive by the process that holds it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    bindparam,
    delete,
    false,
    select,
    update,
)

from server.core.database.base import UtcTime, metadata
from server.core.database.upsert import Upsert

presence = Table(
    "presence",
    metadata,
    Column("socket", String(40), primary_key=True),
    # A process that died leaves its rows behind; nobody keeps them alive, so they count for nothing soon.
    Column("worker", String(36), nullable=False, index=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("since", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    # Behind a locked screen or another page: it hears what is told, and nobody looks at it.
    Column("hidden", Boolean, nullable=False, default=False, server_default=false()),
)

SEEN_EVERY_S = 20
COUNTS_FOR = timedelta(seconds=60)


_enter = Upsert(presence, keys=("socket",), take=("seen_at", "hidden"))


def enter(
    connection: Connection,
    sockets: Mapping[str, int],
    *,
    worker: str,
    now: datetime,
    hidden: Collection[str] = (),
) -> None:
    """Note open sockets, each with its account, and which of them are ``hidden``.

    One that is there already, since it went out of sight or a commit's answer got lost, stays one.
    """
    rows = [
        {
            "socket": socket,
            "worker": worker,
            "account_id": account_id,
            "since": now,
            "seen_at": now,
            "hidden": socket in hidden,
        }
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


_present = select(presence.c.account_id, presence.c.hidden).where(
    presence.c.account_id.in_(bindparam("numbers", expanding=True)),
    presence.c.seen_at >= bindparam("since", type_=UtcTime()),
)


def present(connection: Connection, account_ids: Iterable[int], now: datetime) -> dict[int, bool]:
    """Tell which of some accounts have a page open, and whether one of theirs is in sight."""
    chosen = {"numbers": list(account_ids), "since": now - COUNTS_FOR}
    found: dict[int, bool] = {}
    for account_id, hidden in connection.execute(_present, chosen):
        found[account_id] = found.get(account_id, False) or not hidden
    return found
