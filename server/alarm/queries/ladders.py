"""Where the tiers of alarms stand, the steps that were taken, and the plans of the districts."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from itertools import chain
from typing import Any, TypedDict, Unpack

from sqlalchemy import (
    Connection,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)

from server.alarm.queries.alarms import OPEN
from server.alarm.rules.escalation import DEFAULT_PLAN, TIERS, Ladder, Phase, Plan, Step
from server.alarm.tables.alarms import alarm
from server.alarm.tables.escalation import EscalationPlan, escalation_plan, ladder, ladder_step
from server.core.database.transaction import Transaction
from server.core.database.transaction_rows import TransactionRows
from server.core.database.upsert import Upsert
from server.delivery.queries.messages import CALL
from server.delivery.tables import message

logger = logging.getLogger("huxue.store")


ANY_KIND = "any"


_keep = Upsert(
    ladder,
    keys=("alarm_id", "tier"),
    take=("phase", "next_step", "happened", "due_at", "target_at"),
    give=ladder.c.tier,
)
_end_all = update(ladder).where(ladder.c.alarm_id == bindparam("number")).values(due_at=None)
_add_step = insert(ladder_step)
_keep_plan = Upsert(escalation_plan, keys=("district_id", "kind"), take=("steps", "changed_at", "changed_by"))


class TakenStep(TypedDict):
    """The columns of a step that was taken."""

    alarm_id: int
    tier: int
    number: int
    rung: int
    cause: str
    due_at: datetime
    taken_at: datetime
    reached: int


_of_alarms = (
    select(ladder)
    .where(ladder.c.alarm_id.in_(bindparam("numbers", expanding=True)))
    .order_by(ladder.c.alarm_id, ladder.c.tier)
)


def of_alarms(connection: Connection, alarm_ids: Iterable[int]) -> dict[int, list[Ladder]]:
    """Read the ladders of some alarms, tier by tier."""
    found: dict[int, list[Ladder]] = {}
    for row in connection.execute(_of_alarms, {"numbers": list(alarm_ids)}):
        found.setdefault(row.alarm_id, []).append(
            Ladder(row.tier, Phase(row.phase), row.next_step, row.happened, row.due_at, row.target_at)
        )
    return found


kept = TransactionRows(
    "ladders of an alarm", lambda connection, numbers: chain(*of_alarms(connection, numbers).values())
)


def of_alarm(transaction: Transaction, alarm_id: int) -> list[Ladder]:
    """Give the ladders of an alarm, tier by tier, as they stand in this transaction."""
    return kept.of(transaction, alarm_id)


def begin(transaction: Transaction, alarm_id: int, ladders: Iterable[Ladder]) -> None:
    """Keep the ladders of a new alarm."""
    begun = list(ladders)
    kept.now(transaction, alarm_id, begun)
    transaction.collect(_write, [(alarm_id, one) for one in begun])


def keep(transaction: Transaction, alarm_id: int, one: Ladder) -> None:
    """Keep where a ladder stands now; all of a transaction are written at once."""
    # What was skipped is judged anew each time.
    now = replace(one, skipped=False)
    others = of_alarm(transaction, alarm_id)
    kept.now(transaction, alarm_id, (now if other.tier == one.tier else other for other in others))
    transaction.collect(_write, [(alarm_id, now)])


def _write(transaction: Transaction, ladders: list[tuple[int, Ladder]]) -> None:
    newest = {(number, one.tier): one for number, one in ladders}
    rows = [
        {"alarm_id": number, "tier": one.tier, **_columns(one)} for (number, _tier), one in newest.items()
    ]
    _keep.run(transaction.connection, rows)


def end_all(transaction: Transaction, alarm_id: int) -> None:
    """Let nothing be due any more at an alarm that is over."""
    transaction.write_collected()
    transaction.connection.execute(_end_all, {"number": alarm_id})
    kept.changed(transaction, alarm_id)


def add_step(transaction: Transaction, **values: Unpack[TakenStep]) -> None:
    """Note a step that was taken; a second one of the same number is refused by the database."""
    transaction.collect(_add_steps, [values])


def _add_steps(transaction: Transaction, steps: list[TakenStep]) -> None:
    transaction.connection.execute(_add_step, steps)


def due_alarms(
    connection: Connection, now: datetime, limit: int, *, without: Iterable[int] = ()
) -> list[int]:
    """Read the open alarms that have a step due, ``without`` some, the longest waiting first."""
    query = (
        select(ladder.c.alarm_id)
        .join(alarm, ladder.c.alarm_id == alarm.c.id)
        .where(ladder.c.due_at <= now, alarm.c.state == OPEN, ladder.c.alarm_id.not_in(list(without)))
        .order_by(ladder.c.due_at, ladder.c.alarm_id)
        .limit(limit)
    )
    return list(dict.fromkeys(connection.execute(query).scalars()))


_last_steps = (
    select(ladder_step.c.tier, func.max(ladder_step.c.taken_at).label("at"))
    .where(ladder_step.c.alarm_id == bindparam("number"))
    .group_by(ladder_step.c.tier)
    .subquery()
)
_calls_alive = (
    select(
        message.c.tier,
        _last_steps.c.at,
        func.sum(case((message.c.state == "failed", 0), else_=1)).label("alive"),
    )
    .join(_last_steps, message.c.tier == _last_steps.c.tier)
    .where(
        message.c.alarm_id == bindparam("number"),
        message.c.purpose == CALL,
        message.c.created_at >= _last_steps.c.at,
    )
    .group_by(message.c.tier, _last_steps.c.at)
)


def undelivered_calls(transaction: Transaction, alarm_id: int) -> dict[int, datetime]:
    """Give the tiers of an alarm in which every call since the last step has failed for good, and when that was.

    A step that had nobody to call is none of them.
    """
    transaction.write_collected()
    rows = transaction.connection.execute(_calls_alive, {"number": alarm_id})
    return {row.tier: row.at for row in rows if not row.alive}


_plans_for = select(escalation_plan.c.kind, escalation_plan.c.steps).where(
    escalation_plan.c.district_id == bindparam("district"),
    escalation_plan.c.kind.in_((ANY_KIND, bindparam("kind"))),
)


def plan_now(transaction: Transaction, district_id: int, kind: str | None) -> Plan:
    """Give the plan of a district for a kind of alarm as ``plan_of`` does; it is read once in a transaction."""
    return transaction.once(
        ("plan", district_id, kind), lambda: plan_of(transaction.connection, district_id, kind)
    )


def plan_of(connection: Connection, district_id: int, kind: str | None) -> Plan:
    """Read the plan of a district for a kind of alarm: its own for the kind, else for any, else the default.

    One that cannot be read, as after going back to an older version, is passed over: no alarm may wait for it.
    """
    rows = connection.execute(_plans_for, {"district": district_id, "kind": kind or ANY_KIND})
    found: dict[str, Any] = {row.kind: row.steps for row in rows}
    for name in (kind or ANY_KIND, ANY_KIND):
        try:
            if name in found and all((plan := read_plan(found[name])).values()):
                return plan
        except (KeyError, TypeError, ValueError) as failure:
            what = type(failure).__name__
            logger.error("the plan %s of district %s cannot be read: %s", name, district_id, what)
    return DEFAULT_PLAN


def plans(connection: Connection, district_id: int) -> list[EscalationPlan]:
    """Read the plans that a district has of its own."""
    query = select(escalation_plan).where(escalation_plan.c.district_id == district_id)
    rows = connection.execute(query.order_by(escalation_plan.c.kind)).mappings()
    return [EscalationPlan(**row) for row in rows]


def keep_plan(connection: Connection, plan: EscalationPlan) -> None:
    """Keep a district's plan for a kind."""
    _keep_plan.run(connection, asdict(plan))


def drop_plan(connection: Connection, district_id: int, kind: str) -> None:
    """Go back to the plan for any kind, or to the default."""
    connection.execute(
        escalation_plan.delete().where(
            escalation_plan.c.district_id == district_id, escalation_plan.c.kind == kind
        )
    )


def read_plan(written: Iterable[Mapping[str, Any]]) -> Plan:
    """Read a plan as it is kept: a list of steps, each with its tier."""
    steps = [Step.from_dict(one) for one in written]
    return {tier: tuple(one for one in steps if one.tier == tier) for tier in TIERS}


def _columns(one: Ladder) -> dict[str, Any]:
    return {
        "phase": one.phase.value,
        "next_step": one.next_step,
        "happened": one.happened,
        "due_at": one.due_at,
        "target_at": one.target_at,
    }
