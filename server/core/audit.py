"""The audit log: who did or looked at what. Rows are only ever added; reading them is the area ``audit``."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Index,
    String,
    Table,
    column,
    func,
    insert,
    literal,
    select,
    table,
)

from server.core.database.base import UtcTime, big_key, metadata

audit_row = Table(
    "audit_row",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("actor_id", BigInteger),
    Column("act", String(40), nullable=False),
    Column("subject_id", BigInteger, index=True),
    Column("facts", JSON, nullable=False),
    Index("ix_audit_row_actor_id_act_at", "actor_id", "act", "at"),
    Index("ix_audit_row_act_id", "act", "id"),
    # What somebody did, and what was about him, from the newest on.
    Index("ix_audit_row_actor_id_id", "actor_id", "id"),
    Index("ix_audit_row_subject_id_id", "subject_id", "id"),
)

# Whom a row was about, where it was a look at people: each of them is shown it.
audit_look = Table(
    "audit_look",
    metadata,
    Column("account_id", BigInteger, primary_key=True, autoincrement=False),
    Column("row_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    # Who looked, as he was then; nothing where an older program wrote it.
    Column("role", String(20)),
    Column("school_id", BigInteger),
    Column("station_id", BigInteger),
)

# By name: core knows no people.
_account = table("account", *map(column, ("id", "role", "school_id", "station_id")))
_OF_LOOKER = ("role", "school_id", "station_id")
# So many people go into one statement.
_LOOKS_AT_ONCE = 500


# An open page asks again and again: so long that is one look.
ONE_LOOK = timedelta(hours=1)

# Who gives the commands of this process: a server serves many and has none.
_operator: ContextVar[Mapping[str, str] | None] = ContextVar("operator", default=None)


@contextmanager
def by_operator(facts: Mapping[str, str]) -> Iterator[None]:
    """Let each row without an account that is written meanwhile say which user of the operating system it was."""
    token = _operator.set(facts)
    try:
        yield
    finally:
        _operator.reset(token)


def record(
    connection: Connection,
    *,
    now: datetime,
    actor_id: int | None,
    act: str,
    subject_id: int | None = None,
    facts: Mapping[str, object] | None = None,
    seen: Collection[int] = (),
) -> None:
    """Add a row; ``subject_id`` is the account that the act was about, ``seen`` are those whom it looked at."""
    operator = _operator.get() if actor_id is None else None
    written = {**(facts or {}), **(operator or {})}
    new = insert(audit_row).values(at=now, actor_id=actor_id, act=act, subject_id=subject_id, facts=written)
    if not seen:
        connection.execute(new)
        return
    number = connection.execute(new.returning(audit_row.c.id)).scalar_one()
    add_looks(connection, number, actor_id, set(seen) - {actor_id})


def add_looks(connection: Connection, row_id: int, actor_id: int | None, people: Collection[int]) -> None:
    """Let a row be about people whom its actor saw, and keep the role and place that he has now."""
    numbers, looker = sorted(people), _account.alias("looker")
    for start in range(0, len(numbers), _LOOKS_AT_ONCE):
        some = numbers[start : start + _LOOKS_AT_ONCE]
        looks = (
            select(_account.c.id, literal(row_id), *(looker.c[name] for name in _OF_LOOKER))
            .outerjoin(looker, looker.c.id == actor_id)
            .where(_account.c.id.in_(some))
        )
        connection.execute(insert(audit_look).from_select(["account_id", "row_id", *_OF_LOOKER], looks))


def not_seen_since(
    connection: Connection, actor_id: int, act: str, people: Collection[int], since: datetime
) -> set[int]:
    """Give who of some people was not looked at by an actor's act since a time."""
    mine = (audit_row.c.actor_id == actor_id, audit_row.c.act == act, audit_row.c.at >= since)
    first = select(func.min(audit_row.c.id)).where(*mine).scalar_subquery()
    query = (
        select(audit_look.c.account_id)
        .join(audit_row, audit_row.c.id == audit_look.c.row_id)
        .where(audit_look.c.account_id.in_(people), audit_look.c.row_id >= first, *mine)
    )
    return set(people) - set(connection.execute(query).scalars())


def seen_since(connection: Connection, actor_id: int, act: str, since: datetime) -> bool:
    """Tell whether an actor's act was recorded since a time."""
    query = (
        select(audit_row.c.id)
        .where(audit_row.c.actor_id == actor_id, audit_row.c.act == act, audit_row.c.at >= since)
        .limit(1)
    )
    return connection.execute(query).first() is not None


def facts_since(
    connection: Connection, actor_id: int, act: str, since: datetime
) -> list[Mapping[str, object]]:
    """Read the facts of an actor's acts of a kind since a time."""
    mine = (audit_row.c.actor_id == actor_id, audit_row.c.act == act, audit_row.c.at >= since)
    return list(connection.execute(select(audit_row.c.facts).where(*mine)).scalars())
