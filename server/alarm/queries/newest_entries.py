"""The part of each alarm's timeline that goes with the alarm: what happened last, and what pages decide something by.

Whoever has no standing has few of these lines, however much he writes: his notes must not push out what happened.
All of them are in the timeline that consoles read by pages.
"""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, select

from server.alarm.queries import alarms, standing, timelines
from server.alarm.rules.alarm import ENTRIES_WITHOUT_STANDING, NEWEST_ENTRIES
from server.alarm.rules.standing import gives_full_standing
from server.alarm.tables.timelines import AlarmEntry
from server.core.access.roles import AccountStatus, Role
from server.core.database.transaction import Transaction
from server.people.tables import account


def known(transaction: Transaction, alarm_id: int) -> list[AlarmEntry] | None:
    """Give the newest entries of an alarm where its whole timeline is known and short; ``None``: they must be read."""
    found = timelines.written.known(transaction, alarm_id) or []
    by_people = sum(row.actor_id is not None for row in found)
    return found if 0 < len(found) <= NEWEST_ENTRIES and by_people <= ENTRIES_WITHOUT_STANDING else None


def newest(connection: Connection, alarm_ids: Iterable[int]) -> list[AlarmEntry]:
    """Read the newest entries of some alarms, with those by which pages decide something, in their order."""
    found = timelines.newest(connection, alarm_ids)
    for number in sorted(_talkative(connection, found)):
        doubted = _without_standing(connection, number)
        theirs = timelines.last(connection, number, among=doubted, limit=ENTRIES_WITHOUT_STANDING)
        others = timelines.last(connection, number, besides=doubted, limit=NEWEST_ENTRIES - len(theirs))
        deciding = timelines.deciding(connection, number)
        kept = {row.id: row for row in (*deciding, *theirs, *others)}
        found = [row for row in found if row.alarm_id != number] + list(kept.values())
    return sorted(found, key=lambda row: row.id)


def _talkative(connection: Connection, rows: Iterable[AlarmEntry]) -> set[int]:
    """Give the alarms of whose newest entries guards who are not approved wrote more than they may."""
    actors = {row.actor_id for row in rows} - {None}
    counted = Counter((row.alarm_id, row.actor_id) for row in rows)
    if (
        sum(many for (_alarm, actor), many in counted.items() if actor is not None)
        <= ENTRIES_WITHOUT_STANDING
    ):
        return set()
    unknown = set(
        connection.execute(
            select(account.c.id).where(
                account.c.id.in_(actors),
                account.c.role == Role.GUARD.value,
                account.c.status != AccountStatus.APPROVED.value,
            )
        ).scalars()
    )
    by_alarm: Counter[int] = Counter()
    for (number, actor), many in counted.items():
        by_alarm[number] += many if actor in unknown else 0
    return {number for number, many in by_alarm.items() if many > ENTRIES_WITHOUT_STANDING}


def _without_standing(connection: Connection, number: int) -> set[int]:
    row = alarms.by_id(connection, number)
    assert row is not None
    actors = timelines.actors(connection, number)
    people = standing.people(connection, number, actors, since=row.raised_at)
    return {
        one for one, person in people.items() if person.role is Role.GUARD and not gives_full_standing(person)
    }
