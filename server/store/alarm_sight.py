"""What somebody sees of an alarm, read now: ``server.domain.alarm_sight`` decides."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from server.domain.alarm_sight import Sight, Viewer, shown, sight
from server.domain.roles import CONSOLE, AccountStatus, Actor, Role, sees_row
from server.store import standing
from server.store.accounts import account
from server.store.alarms import OPEN, alarm, alarm_report, response

Row = Mapping[str, Any]


def sights(
    connection: Connection, rows: Iterable[Row], actor: Actor, *, active: bool = True
) -> dict[int, Sight]:
    """Decide of some alarms, by their rows, what an actor sees; ``active``: his session is in order."""
    alarms = {row["id"]: row for row in rows}
    reported = _alarms_of(connection, alarm_report, alarms, actor.account_id)
    asked = _alarms_of(connection, response, alarms, actor.account_id)
    in_order = active and actor.status is not AccountStatus.SUSPENDED
    found = {}
    for number, row in alarms.items():
        is_open = row["state"] == OPEN
        part = number in reported or number in asked
        viewer = Viewer(
            active=in_order,
            in_scope=sees_row(actor, row),
            reported=number in reported,
            asked=number in asked,
            counts=in_order
            and is_open
            and part
            and actor.role is Role.GUARD
            and actor.account_id in counting(connection, row, [actor.account_id]),
        )
        found[number] = sight(viewer, is_open=is_open)
    return found


def counting(connection: Connection, row: Row, account_ids: Collection[int]) -> set[int]:
    """Give which of some accounts count in an alarm by now."""
    doubts = standing.doubts(connection, row["id"], account_ids, since=row["raised_at"])
    return {number for number, doubt in doubts.items() if doubt is None}


def of_actor(
    connection: Connection, views: Iterable[Row], actor: Actor, *, active: bool = True
) -> list[dict[str, Any]]:
    """Give of the whole views of some alarms what an actor sees of each; one that he does not see is left out."""
    whole = {one["id"]: one for one in views}
    rows = _rows(connection, whole)
    seen = sights(connection, rows, actor, active=active)
    own = actor.account_id if active else None
    return [
        shown(view, seen[number], own)
        for number, view in whole.items()
        if seen.get(number, Sight.NOTHING) is not Sight.NOTHING
    ]


def who_sees_all(connection: Connection, row: Row, account_ids: Collection[int]) -> set[int]:
    """Give which of those who take part in an alarm see everything of it in the rooms of their own accounts."""
    if row["state"] != OPEN or not account_ids:
        return set()
    guards = select(account.c.id).where(account.c.id.in_(account_ids), account.c.role == Role.GUARD.value)
    return counting(connection, row, account_ids) & set(connection.execute(guards).scalars())


def _rows(connection: Connection, alarm_ids: Collection[int]) -> list[Row]:
    query = select(alarm).where(alarm.c.id.in_(alarm_ids))
    return [dict(row) for row in connection.execute(query).mappings()]


def _alarms_of(
    connection: Connection, table: Any, alarm_ids: Collection[int], account_id: int
) -> set[int]:
    query = select(table.c.alarm_id).where(
        table.c.alarm_id.in_(alarm_ids), table.c.account_id == account_id
    )
    return set(connection.execute(query.distinct()).scalars())
