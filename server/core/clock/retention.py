"""Keeping personal data no longer than the settings say, and leaving proof of what was purged."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, Table, and_, delete, func, select, tuple_

from server.config import Settings
from server.core import audit
from server.core.clock.row_retry import OneByOne
from server.core.database import event_log, requests
from server.core.database.transaction import Store
from server.delivery.queries import messages
from server.duty.queries import check_ins, positions
from server.people.queries import device_keys, sessions

# Of each kind in one round. With a round each ten seconds that is 43 million rows a day; a whole district's
# 33,000 people, on duty for two hours a day and a place each half minute, leave 8 million.
AT_ONCE = 5_000
ANSWERS_KEPT = timedelta(days=7)
CODES_KEPT = timedelta(days=1)
# As long as a browser keeps the cookie that names it.
DEVICES_KEPT = timedelta(days=400)


def purge(store: Store, settings: Settings, now: datetime, kinds: OneByOne | None = None) -> dict[str, int]:
    """Purge a batch of each kind of old rows, each in a transaction with its proof; give the counts by table.

    What cannot be purged, since something new still refers to it, does not keep the rest.
    """
    deletes = _deletes(settings, now)
    gone: Counter[str] = Counter()

    def purge_one(number: int) -> int:
        name = str(deletes[number].table.description)
        with store.transaction(now) as transaction:
            count = transaction.connection.execute(deletes[number]).rowcount
            if count:
                facts = {name: count}
                audit.record(transaction.connection, now=now, actor_id=None, act="purge", facts=facts)
        gone[name] += count
        return count

    (kinds or OneByOne("retention")).each(range(len(deletes)), purge_one, now)
    return dict(+gone)


def _deletes(settings: Settings, now: datetime) -> list[Delete]:
    """Say what goes, in the order in which it may: nothing before what refers to it."""
    positions_before = now - timedelta(days=settings.position_days)
    news_before = now - timedelta(days=settings.event_days)
    acts_before = now - timedelta(days=settings.check_in_days)
    message = messages.message.c
    return [
        _delete(positions.position, positions.position.c.at < positions_before),
        _delete(positions.last_position, positions.last_position.c.at < positions_before),
        _delete(check_ins.check_in, check_ins.check_in.c.at < acts_before),
        _delete(requests.request, requests.request.c.at < now - ANSWERS_KEPT),
        _delete(sessions.sign_in_code, sessions.sign_in_code.c.expires_at < now - CODES_KEPT),
        _delete(sessions.ticket, sessions.ticket.c.expires_at < now - CODES_KEPT),
        _delete(sessions.session, sessions.session.c.expires_at < now - CODES_KEPT),
        _delete(device_keys.known_device, device_keys.known_device.c.seen_at < now - DEVICES_KEPT),
        _delete(messages.message, and_(message.alarm_id.is_(None), message.created_at < news_before)),
        # Who was called to an alarm by what belongs to its report. The texts are gone already.
        _delete(messages.message, and_(message.alarm_id.is_not(None), message.created_at < acts_before)),
        _delete_events(news_before),
    ]


def _delete(table: Table, old: ColumnElement[bool]) -> Delete:
    keys = list(table.primary_key.columns)
    mine = keys[0] if len(keys) == 1 else tuple_(*keys)
    return delete(table).where(mine.in_(select(*keys).where(old).limit(AT_ONCE)))


def _delete_events(before: datetime) -> Delete:
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
