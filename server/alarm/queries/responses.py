"""Who was asked to an alarm, and what became of it. The table is in ``server.alarm.queries.alarms``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import Connection, bindparam, insert, select, union, update

from server.alarm.queries.alarms import OPEN
from server.alarm.rules.engagement import Binding, Pool, binding, pool_of
from server.alarm.rules.response import CALLED, STANDING, ResponseState
from server.alarm.rules.standing import Doubt
from server.alarm.tables.alarms import Alarm, Response, alarm, alarm_report, response
from server.core.database.transaction import Transaction
from server.core.database.transaction_rows import TransactionRows
from server.duty.tables import check_in


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked now, for the first time or again."""

    account_id: int
    tier: int
    category: str
    group: str
    state: str
    why: str
    distance_m: float
    bearing_deg: float | None
    from_post_id: int | None
    notified_at: datetime
    answer_due_at: datetime
    doubt: str | None


class ResponseChanges(TypedDict, total=False):
    """The columns of a response that change."""

    tier: int
    state: str
    why: str
    distance_m: float
    bearing_deg: float | None
    from_post_id: int | None
    notified_at: datetime
    answer_due_at: datetime | None
    responded_at: datetime | None
    on_scene_at: datetime | None
    ended_at: datetime | None
    doubt: str | None
    off_scene_m: float | None


_of_alarms = (
    select(response)
    .where(response.c.alarm_id.in_(bindparam("numbers", expanding=True)))
    .order_by(response.c.id)
)
_of_account = select(response).where(
    response.c.alarm_id == bindparam("number"), response.c.account_id == bindparam("of_account")
)


def of_alarms(connection: Connection, alarm_ids: Iterable[int]) -> list[Response]:
    """Read the responses of some alarms, in the order of the asking."""
    rows = connection.execute(_of_alarms, {"numbers": list(alarm_ids)})
    return [Response(**row) for row in rows.mappings()]


kept = TransactionRows("responses of an alarm", of_alarms)


def of_alarm(transaction: Transaction, alarm_id: int) -> list[Response]:
    """Give the responses of an alarm as they are in this transaction, in the order of the asking."""
    return kept.of(transaction, alarm_id)


def of_account(connection: Connection, alarm_id: int, account_id: int) -> Response | None:
    """Read the response of one account to one alarm; there is at most one."""
    row = connection.execute(_of_account, {"number": alarm_id, "of_account": account_id}).mappings().first()
    return Response(**row) if row else None


def of_person(transaction: Transaction, alarm_id: int, account_id: int) -> Response | None:
    """Give the response of one account to an alarm that is held, as it is in this transaction."""
    return next((one for one in of_alarm(transaction, alarm_id) if one.account_id == account_id), None)


def where_it_counts(connection: Connection, alarm_id: int, account_id: int) -> int:
    """Give the alarm at which somebody's answer to one counts: where that was merged into, if he is asked there."""
    query = select(alarm.c.merged_into).where(alarm.c.id == alarm_id)
    into = connection.execute(query).scalar()
    if into is None or of_account(connection, into, account_id) is None:
        return alarm_id
    return where_it_counts(connection, into, account_id)


_UNANSWERED: dict[str, Any] = dict.fromkeys(("responded_at", "on_scene_at", "ended_at", "off_scene_m"))
_add = insert(response)
_add_new = _add.returning(response.c.id, response.c.account_id)
_change = update(response).where(response.c.id.in_(bindparam("numbers", expanding=True)))
_end_all = update(response).where(response.c.alarm_id == bindparam("number"), response.c.ended_at.is_(None))


def add(
    transaction: Transaction, alarm_id: int, people: Sequence[Asked], *, replaces: int | None = None
) -> list[int]:
    """Add people who are asked; gives the numbers of their responses in the same order."""
    if not people:
        return []
    rows = [_columns(one) | {"alarm_id": alarm_id, "replaces": replaces} for one in people]
    # By account, who has one response to an alarm: rows that are written together come back in no promised order.
    number_of = {account_id: number for number, account_id in transaction.connection.execute(_add_new, rows)}
    if transaction.knows(_on_duty_of(alarm_id)):
        # Nobody else is chosen.
        there = on_duty(transaction, alarm_id).union(number_of)
        transaction.keep(_on_duty_of(alarm_id), there)
    known = kept.known(transaction, alarm_id)
    if known is not None:
        new = [Response(id=number_of[row["account_id"]], **row, **_UNANSWERED) for row in rows]
        kept.now(transaction, alarm_id, [*known, *sorted(new, key=lambda one: one.id)])
    return [number_of[one.account_id] for one in people]


def _columns(row: Asked | Response) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in fields(row)}


def ask_again(transaction: Transaction, row: Response, one: Asked) -> None:
    """Ask somebody as if for the first time who was asked before."""
    _set(transaction, [row], {**_columns(one), **_UNANSWERED})


def replaced(transaction: Transaction, one: Response) -> bool:
    """Tell whether somebody else was asked already in the stead of one."""
    return any(row.replaces == one.id for row in of_alarm(transaction, one.alarm_id))


def change(transaction: Transaction, rows: Iterable[Response], **values: Unpack[ResponseChanges]) -> None:
    """Change some responses alike."""
    _set(transaction, list(rows), dict(values))


def _set(transaction: Transaction, rows: list[Response], values: dict[str, Any]) -> None:
    if not rows:
        return
    numbers = {row.id for row in rows}
    transaction.connection.execute(_change, {"numbers": sorted(numbers), **values})
    for alarm_id in {row.alarm_id for row in rows}:
        known = kept.known(transaction, alarm_id)
        if known is not None:
            changed = (replace(one, **values) if one.id in numbers else one for one in known)
            kept.now(transaction, alarm_id, changed)


def end_all(transaction: Transaction, alarm_id: int) -> None:
    """End what still goes on at an alarm that is over; the states stay as they were reached."""
    ended = {"number": alarm_id, "ended_at": transaction.now, "answer_due_at": None}
    transaction.connection.execute(_end_all, ended)
    kept.changed(transaction, alarm_id)


def carry(transaction: Transaction, rows: Iterable[Response], *, to: int) -> None:
    """Add people who were asked to another alarm as they stand there; nobody was asked in another's stead."""
    values = [_columns(replace(one, alarm_id=to, replaces=None)) for one in rows]
    for one in values:
        del one["id"]
    if values:
        transaction.connection.execute(_add, values)
        kept.changed(transaction, to)
        transaction.forget(_on_duty_of(to))


def take_over(transaction: Transaction, one: Response, *, over: Response) -> None:
    """Take over what somebody answered who was asked to two alarms, over what he answered to the other one."""
    values = _columns(replace(one, alarm_id=over.alarm_id, replaces=over.replaces))
    del values["id"]
    _set(transaction, [over], values)


_engaged = (
    select(response.c.account_id, alarm.c.drill, response.c.tier, response.c.state)
    .join(alarm, response.c.alarm_id == alarm.c.id)
    .where(
        alarm.c.state == OPEN,
        alarm.c.full_standing,
        response.c.doubt.is_(None),
        response.c.state.in_([state.value for state in STANDING]),
    )
)


def engaged(connection: Connection) -> list[Binding]:
    """Read whom open alarms and drills of full standing have taken hold of: who is asked, or on the way, and counts."""
    return [
        Binding(account_id, drill, binding(tier=tier, state=ResponseState(state)))
        for account_id, drill, tier, state in connection.execute(_engaged)
    ]


def at_alarms(connection: Connection) -> frozenset[int]:
    """Read who takes part in an open alarm that is no drill, counting or not: asked and not out, or its reporter."""
    called = select(response.c.account_id, response.c.alarm_id).where(
        response.c.state.in_([state.value for state in CALLED])
    )
    pressed = select(alarm_report.c.account_id, alarm_report.c.alarm_id).where(
        alarm_report.c.account_id.is_not(None)
    )
    taking_part = union(called, pressed).subquery()
    query = (
        select(taking_part.c.account_id)
        .join(alarm, taking_part.c.alarm_id == alarm.c.id)
        .where(alarm.c.state == OPEN, alarm.c.drill.is_(False))
    )
    return frozenset(connection.execute(query).scalars())


def pool(one: Response) -> Pool:
    """Tell whose places a response takes."""
    return pool_of(Doubt(one.doubt) if one.doubt else None)


_on_duty = (
    select(response.c.account_id)
    .join(check_in, check_in.c.account_id == response.c.account_id)
    .where(response.c.alarm_id == bindparam("number"), check_in.c.checked_out_at.is_(None))
)


def on_duty(transaction: Transaction, alarm_id: int) -> frozenset[int]:
    """Give who of those asked to an alarm is still on duty; read once in a transaction."""
    return transaction.once(
        _on_duty_of(alarm_id),
        lambda: frozenset(transaction.connection.execute(_on_duty, {"number": alarm_id}).scalars()),
    )


def _on_duty_of(alarm_id: int) -> tuple[str, int]:
    return "asked to an alarm and on duty", alarm_id


def overdue_alarms(
    connection: Connection, now: datetime, limit: int, *, without: Iterable[int] = ()
) -> list[int]:
    """Read the open alarms at which somebody's time to answer has run out, ``without`` some; the oldest first."""
    query = (
        select(response.c.alarm_id)
        .join(alarm, response.c.alarm_id == alarm.c.id)
        .where(
            alarm.c.state == OPEN,
            response.c.state == ResponseState.NOTIFIED.value,
            response.c.answer_due_at <= now,
            response.c.alarm_id.not_in(list(without)),
        )
        .order_by(response.c.answer_due_at)
        .limit(limit)
    )
    return list(dict.fromkeys(connection.execute(query).scalars()))


def claim_alarm(connection: Connection, alarm_id: int) -> Alarm | None:
    """Lock an open alarm, or give ``None`` at once where another process is at it or it is over."""
    query = (
        select(alarm).where(alarm.c.id == alarm_id, alarm.c.state == OPEN).with_for_update(skip_locked=True)
    )
    row = connection.execute(query).mappings().first()
    return Alarm(**row) if row else None


def overdue_of(connection: Connection, alarm_id: int, now: datetime) -> list[Response]:
    """Read the responses of an alarm whose time to answer has run out."""
    query = (
        select(response)
        .where(
            response.c.alarm_id == alarm_id,
            response.c.state == ResponseState.NOTIFIED.value,
            response.c.answer_due_at <= now,
        )
        .order_by(response.c.id)
    )
    return [Response(**row) for row in connection.execute(query).mappings()]
