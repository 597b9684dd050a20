"""Keeping personal data no longer than the settings say, and leaving proof of what was purged."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Table, and_, delete, func, select

from server.config import Settings
from server.jobs.one_by_one import OneByOne
from server.store import audit, check_ins, event_log, messages, positions, requests, sessions
from server.store.transaction import Store

AT_ONCE = 2_000
ANSWERS_KEPT = timedelta(days=7)
CODES_KEPT = timedelta(days=1)


def purge(store: Store, settings: Settings, now: datetime, tables: OneByOne | None = None) -> dict[str, int]:
    """Purge a batch of each table's old rows; give the counts of what went, by table. None stops another."""
    tables = tables or OneByOne("retention")
    gone: Counter[str] = Counter()
    purges = [
        *(partial(_purge_rows, store, table, old, now) for table, old in _old(settings, now)),
        partial(_purge_events, store, now - timedelta(days=settings.event_days), now),
    ]

    def purge_one(number: int) -> int:
        name, count = purges[number]()
        gone[name] += count
        return count

    tables.each(range(len(purges)), purge_one, now)
    gone = +gone
    if gone:
        with store.transaction(now) as transaction:
            audit.record(transaction.connection, now=now, actor_id=None, act="purge", facts=dict(gone))
    return dict(gone)


def _purge_rows(store: Store, table: Table, old: ColumnElement[bool], now: datetime) -> tuple[str, int]:
    with store.transaction(now) as transaction:
        keys = list(table.primary_key.columns)
        rows = transaction.connection.execute(select(*keys).where(old).limit(AT_ONCE)).all()
        for row in rows:
            match = [key == value for key, value in zip(keys, row, strict=True)]
            transaction.connection.execute(delete(table).where(*match))
    return table.name, len(rows)


def _old(settings: Settings, now: datetime) -> list[tuple[Table, ColumnElement[bool]]]:
    """Say what is old, table by table; a table that keeps two kinds of rows stands there twice."""
    positions_before = now - timedelta(days=settings.position_days)
    news_before = now - timedelta(days=settings.event_days)
    acts_before = now - timedelta(days=settings.check_in_days)
    message = messages.message.c
    return [
        (positions.position, positions.position.c.at < positions_before),
        (positions.last_position, positions.last_position.c.at < positions_before),
        (check_ins.check_in, check_ins.check_in.c.at < acts_before),
        (requests.request, requests.request.c.at < now - ANSWERS_KEPT),
        (sessions.sign_in_code, sessions.sign_in_code.c.expires_at < now - CODES_KEPT),
        (sessions.ticket, sessions.ticket.c.expires_at < now - CODES_KEPT),
        (messages.message, and_(message.alarm_id.is_(None), message.created_at < news_before)),
        # Who was called to an alarm by what belongs to its report. The texts are gone already.
        (messages.message, and_(message.alarm_id.is_not(None), message.created_at < acts_before)),
    ]


def _purge_events(store: Store, before: datetime, now: datetime) -> tuple[str, int]:
    """Purge old events, but never the newest: its id is where cursors stand."""
    event = event_log.event
    with store.transaction(now) as transaction:
        newest = select(func.max(event.c.id)).scalar_subquery()
        old = (
            select(event.c.id)
            .where(event.c.at < before, event.c.id < newest)
            .order_by(event.c.id)
            .limit(AT_ONCE)
        )
        ids = list(transaction.connection.execute(old).scalars())
        if ids:
            rooms = event_log.event_room
            transaction.connection.execute(delete(rooms).where(rooms.c.event_id <= ids[-1]))
            transaction.connection.execute(delete(event).where(event.c.id <= ids[-1]))
    return event.name, len(ids)
