"""The seals of the audit log: taken by the clock, verified by whoever runs the server."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, func, insert, or_, select

from server.audit.rules import START, LogGap, Row, Seal, SealFault, fault_of, gap_of_log, seal
from server.audit.tables import audit_seal
from server.core.audit import audit_row
from server.people.tables import account

# PostgreSQL gives a row its number before its commit, and ends a transaction that does nothing after seconds:
# by then nothing comes in between any more.
SETTLED_AFTER = timedelta(minutes=5)
AT_ONCE = 1_000

_last = select(audit_seal).order_by(audit_seal.c.number.desc()).limit(1)


def take(connection: Connection, now: datetime) -> Seal | None:
    """Seal the rows that have settled since the last seal, so many at once; ``None`` where there are none.

    Of two processes at the same time one breaks at the number of the seal (``IntegrityError``).
    """
    before = _seal(connection.execute(_last).mappings().first())
    settled = _rows(connection, before.last_id if before else 0, until=now - SETTLED_AFTER)
    if not settled:
        return None
    new = Seal(
        number=before.number + 1 if before else 1,
        last_id=settled[-1].id,
        rows=len(settled),
        hash=seal(before.hash if before else START, settled),
    )
    connection.execute(
        insert(audit_seal).values(
            number=new.number, last_id=new.last_id, rows=new.rows, hash=new.hash, at=now
        )
    )
    return new


def verify(connection: Connection) -> Iterator[tuple[Seal, SealFault | None]]:
    """Verify every seal against the rows that it binds, in order."""
    before: Seal | None = None
    for row in connection.execute(select(audit_seal).order_by(audit_seal.c.number)).mappings().all():
        found = _seal(row)
        assert found is not None
        bound = _rows(connection, before.last_id if before else 0, last=found.last_id)
        yield found, fault_of(found, before, bound)
        before = found


def unsealed(connection: Connection) -> int:
    """Count the rows that no seal binds yet."""
    last = select(func.coalesce(func.max(audit_seal.c.last_id), 0)).scalar_subquery()
    count: int = connection.execute(select(func.count()).where(audit_row.c.id > last)).scalar_one()
    return count


def newest(connection: Connection) -> Seal | None:
    """Give the newest seal; ``None``: there is none."""
    return _seal(connection.execute(_last).mappings().first())


def gap(connection: Connection, evidence: Iterable[Table]) -> LogGap | None:
    """Find what is missing from the log as a whole; rows in tables of ``evidence`` prove that it cannot be empty."""
    last = select(func.coalesce(func.max(audit_seal.c.last_id), 0)).scalar_subquery()
    # By the number, which has an index; rows settle in the order of their times.
    unsealed_at = select(audit_row.c.at).where(audit_row.c.id > last).order_by(audit_row.c.id).limit(1)
    happened = select(or_(*(select(table.c.id).exists() for table in (account, *evidence))))
    return gap_of_log(
        oldest_unsealed_at=connection.execute(unsealed_at).scalar(),
        newest_at=connection.execute(select(func.max(audit_row.c.at))).scalar(),
        something_happened=bool(connection.execute(happened).scalar()),
    )


def _rows(
    connection: Connection, after: int, *, until: datetime | None = None, last: int | None = None
) -> list[Row]:
    """Read rows after a number: up to another, or as many as go into one seal of those that have settled."""
    query = select(audit_row).where(audit_row.c.id > after).order_by(audit_row.c.id)
    query = query.limit(AT_ONCE) if last is None else query.where(audit_row.c.id <= last)
    found = []
    for row in connection.execute(query).mappings():
        if until is not None and row["at"] > until:
            break
        found.append(Row(**row))
    return found


def _seal(row: Any) -> Seal | None:
    return row and Seal(row["number"], row["last_id"], row["rows"], row["hash"])
