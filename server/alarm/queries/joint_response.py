"""Units at alarms: their tasks, the links that they are sent, and what each link was used for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import (
    Connection,
    bindparam,
    insert,
    select,
    update,
)

from server.alarm.queries import joint_links, timelines, units
from server.alarm.queries.joint_links import NewLetter
from server.alarm.rules.alarm import AlarmKind, Entry
from server.alarm.rules.joint_response import (
    ENTRY_OF,
    JointLimits,
    TaskState,
    UnitPart,
    choose_plan,
    complete,
    link_channel,
)
from server.alarm.tables import joint_response
from server.alarm.tables.alarms import Alarm
from server.alarm.tables.joint_response import JointTask, Unit, joint_link, joint_task, joint_use
from server.core.database.sealing import telephones
from server.core.database.sealing.telephones import SealedTelephone
from server.core.database.transaction import Transaction
from server.core.database.transaction_rows import TransactionRows
from server.core.limits import Limits
from server.delivery import tables as delivery_tables
from server.people.queries.sessions import hashed


def call_planned(transaction: Transaction, alarm: Alarm, limits: Limits) -> None:
    """Call the units of the plan that fits an alarm and that were not called yet; to be called after a change."""
    connection = transaction.connection
    kind = AlarmKind(alarm.kind) if alarm.kind else None
    plans = units.plans_for(
        connection, district_id=alarm.district_id, school_id=alarm.school_id, kind=alarm.kind
    )
    plan = choose_plan(plans, kind=kind, school_id=alarm.school_id)
    if plan is None:
        return
    tasks = {row.unit_id: row for row in kept.of(transaction, alarm.id)}
    what = complete(plan, {unit_id: UnitPart(task.part) for unit_id, task in tasks.items()})
    for unit_id, part in what.changed.items():
        _change_part(transaction, alarm.id, tasks[unit_id], part)
    known = {row.id: row for row in units.of_district(connection, alarm.district_id, what.to_notify)}
    wanted = [(known[unit_id], part) for unit_id, part in what.to_notify.items() if unit_id in known]
    call_units(transaction, alarm, wanted, limits=limits)


def call_units(
    transaction: Transaction,
    alarm: Alarm,
    wanted: Sequence[tuple[Unit, UnitPart]],
    *,
    limits: Limits,
    called_by: int | None = None,
) -> None:
    """Give units their tasks at an alarm, each with its part, and put down the messages with their links."""
    if not wanted:
        return
    how = limits[JointLimits].channel
    rows = [
        {
            "alarm_id": alarm.id,
            "unit_id": unit.id,
            "name": unit.name,
            "kind": unit.kind,
            "part": part.value,
            "state": TaskState.NOTIFIED.value,
            "channel": link_channel(unit.number, drill=alarm.drill, channel=how),
            "called_by": called_by,
            "notified_at": transaction.now,
        }
        for unit, part in wanted
    ]
    added = [JointTask(**row) for row in transaction.connection.execute(_add, rows).mappings()]
    task_of = {task.unit_id: task for task in added}
    tasks = [(task_of[unit.id], unit.number) for unit, _part in wanted]
    known = kept.known(transaction, alarm.id)
    if known is not None:
        kept.now(transaction, alarm.id, sorted((*known, *added), key=lambda task: (task.part, task.id)))
    for task, _telephone in tasks:
        enter(transaction, alarm.id, task, Entry.UNIT_NOTIFIED, called_by)
    joint_links.send(
        transaction, alarm, [NewLetter(task, telephone, call=1) for task, telephone in tasks], limits
    )


def call_again(
    transaction: Transaction,
    alarm: Alarm,
    task: JointTask,
    *,
    telephone: str | None,
    limits: Limits,
    called_by: int,
) -> bool:
    """Send a unit its link once more, a new one beside the old; ``False`` where no way leads to it."""
    connection = transaction.connection
    channel = link_channel(telephone, drill=alarm.drill, channel=limits[JointLimits].channel)
    if channel is None:
        return False
    changed = update(joint_task).where(joint_task.c.id == task.id).values(channel=channel)
    connection.execute(changed)
    kept.changed(transaction, alarm.id)
    enter(transaction, alarm.id, task, Entry.UNIT_CALLED_AGAIN, called_by)
    letter = joint_links.next_letter(connection, replace(task, channel=channel), telephone)
    joint_links.send(transaction, alarm, [letter], limits)
    return True


def _change_part(
    transaction: Transaction, alarm_id: int, task: JointTask, part: UnitPart, actor_id: int | None = None
) -> None:
    connection = transaction.connection
    connection.execute(update(joint_task).where(joint_task.c.id == task.id).values(part=part.value))
    kept.changed(transaction, alarm_id)
    enter(transaction, alarm_id, replace(task, part=part.value), Entry.UNIT_PART, actor_id)


def go_on_at(transaction: Transaction, double: int, main: int, actor_id: int) -> None:
    """Let an alarm's units go on at another one, with their links; a unit called to both has its link there.

    Where the other alarm has units already, one of them leads, and those that come support it.
    """
    connection = transaction.connection
    there = {row.unit_id for row in of_alarms(connection, [main])}
    coming = [row for row in of_alarms(connection, [double]) if row.unit_id not in there]
    numbers = [row.id for row in coming]
    connection.execute(update(joint_task).where(joint_task.c.id.in_(numbers)).values(alarm_id=main))
    sent = delivery_tables.message.c.reference.in_(joint_links.references_of(connection, numbers))
    connection.execute(update(delivery_tables.message).where(sent).values(alarm_id=main))
    for number in (double, main):
        kept.changed(transaction, number)
    for row in coming:
        if there and row.part == UnitPart.LEAD.value:
            _change_part(transaction, main, row, UnitPart.SUPPORT, actor_id)


def enter(
    transaction: Transaction, alarm_id: int, task: JointTask, act: Entry, actor_id: int | None = None
) -> None:
    """Write into an alarm's timeline what became of a unit."""
    facts = {"unit_id": task.unit_id, "name": task.name, "part": task.part}
    timelines.enter(
        transaction,
        alarm_id,
        act=act,
        actor_id=actor_id,
        facts=facts,
    )


_add = insert(joint_task).returning(joint_task)
_of_alarms = (
    select(joint_task)
    .where(joint_task.c.alarm_id.in_(bindparam("numbers", expanding=True)))
    .order_by(joint_task.c.part, joint_task.c.id)
)


def of_alarms(connection: Connection, alarm_ids: Iterable[int]) -> list[JointTask]:
    """Read the tasks of some alarms, the leading unit first."""
    rows = connection.execute(_of_alarms, {"numbers": list(alarm_ids)})
    return [JointTask(**row) for row in rows.mappings()]


kept = TransactionRows("tasks at an alarm", of_alarms)


@dataclass(frozen=True, slots=True)
class LinkedTask(JointTask):
    """The task of a link, and until when the link is good."""

    expires_at: datetime


def by_token(connection: Connection, token: str) -> LinkedTask | None:
    """Read the task of a link."""
    query = (
        select(joint_task, joint_link.c.expires_at)
        .join(joint_link, joint_link.c.task_id == joint_task.c.id)
        .where(joint_link.c.token_hash == hashed(token))
    )
    row = connection.execute(query).mappings().first()
    return LinkedTask(**row) if row else None


def use_of(connection: Connection, task_id: int, request_id: str) -> TaskState | None:
    """Read what a request used a task's link for, ``None`` when it is a new one."""
    query = select(joint_use.c.act).where(
        joint_use.c.task_id == task_id, joint_use.c.request_id == request_id
    )
    act = connection.execute(query).scalar()
    return TaskState(act) if act else None


def move(transaction: Transaction, task: JointTask, to: TaskState, request_id: str) -> None:
    """Keep how far a unit has come, and that its link was used for it."""
    connection, now = transaction.connection, transaction.now
    connection.execute(insert(joint_use).values(task_id=task.id, act=to.value, request_id=request_id, at=now))
    connection.execute(
        update(joint_task)
        .where(joint_task.c.id == task.id)
        .values(**{"state": to.value, f"{to.value}_at": now})
    )
    kept.changed(transaction, task.alarm_id)
    enter(transaction, task.alarm_id, task, ENTRY_OF[to])


@dataclass(frozen=True, slots=True)
class UnitDesk:
    """Where a unit is rung up."""

    unit_id: int
    desk: str
    telephone: str | None
    telephone_sealed: SealedTelephone | None

    @property
    def number(self) -> str | None:
        """Give its telephone; ``None`` where it cannot be opened."""
        return telephones.number(self.telephone, self.telephone_sealed)


def contacts(connection: Connection, alarm_id: int) -> list[UnitDesk]:
    """Read where the units of an alarm can be rung up."""
    query = (
        select(
            joint_response.unit.c.id.label("unit_id"),
            joint_response.unit.c.desk,
            joint_response.unit.c.telephone,
            joint_response.unit.c.telephone_sealed,
        )
        .join(joint_task, joint_task.c.unit_id == joint_response.unit.c.id)
        .where(joint_task.c.alarm_id == alarm_id)
        .order_by(joint_task.c.id)
    )
    return [UnitDesk(**row) for row in connection.execute(query).mappings()]
