"""The deletions of retention: of each table the oldest rows, so many at once."""

from datetime import datetime

from sqlalchemy import ColumnElement, Delete, Table, delete, func, select, tuple_

from server.core.database import event_log

# Of each kind in one round. With a round each ten seconds that is 43 million rows a day; a whole district's
# 33,000 people, on duty for two hours a day and a place each half minute, leave 8 million.
AT_ONCE = 5_000


def oldest(table: Table, old: ColumnElement[bool]) -> Delete:
    """Delete some of the rows that are old."""
    keys = list(table.primary_key.columns)
    mine = keys[0] if len(keys) == 1 else tuple_(*keys)
    return delete(table).where(mine.in_(select(*keys).where(old).limit(AT_ONCE)))


def oldest_events(before: datetime) -> Delete:
    """Delete old events without a gap, and never the newest: its id is where cursors stand. Rooms go with them."""
    event = event_log.event.c
    newest = select(func.max(event.id)).scalar_subquery()
    old = (
        select(event.id)
        .where(event.at < before, event.id < newest)
        .order_by(event.at)
        .limit(AT_ONCE)
        .subquery()
    )
    return delete(event_log.event).where(event.id <= select(func.max(old.c.id)).scalar_subquery())
