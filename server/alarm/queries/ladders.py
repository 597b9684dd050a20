"""Where the tiers of alarms stand, the steps that were taken, and the plans of the districts."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import (
    Connection,
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
from server.core.database.upsert import Upsert
from server.delivery.queries.messages import CALL
from server.delivery.tables import message

logger = logging.getLogger("huxue.store")


ANY_KIND = "any"


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


def of_alarms(connection: Connection, alarm_ids: Iterable[int]) -> dict[int, list[Ladder]]:
    """Read the ladders of some alarms, tier by tier."""
    query = (
        select(ladder)
        .where(ladder.c.alarm_id.in_(list(alarm_ids)))
        .order_by(ladder.c.alarm_id, ladder.c.tier)
    )
    found: dict[int, list[Ladder]] = {}
    for row in connection.execute(query):
        found.setdefault(row.alarm_id, []).append(
            Ladder(row.tier, Phase(row.phase), row.next_step, row.happened, row.due_at, row.target_at)
        )
    return found


def add(connection: Connection, alarm_id: int, ladders: Iterable[Ladder]) -> None:
    """Keep the ladders of a new alarm."""
    connection.execute(
        insert(ladder), [{"alarm_id": alarm_id, "tier": one.tier, **_columns(one)} for one in ladders]
    )


def keep(connection: Connection, alarm_id: int, one: Ladder) -> None:
    """Keep where a ladder stands now."""
    connection.execute(
        update(ladder).where(ladder.c.alarm_id == alarm_id, ladder.c.tier == one.tier).values(**_columns(one))
    )


def end_all(connection: Connection, alarm_id: int) -> None:
    """Let nothing be due any more at an alarm that is over."""
    connection.execute(update(ladder).where(ladder.c.alarm_id == alarm_id).values(due_at=None))


def add_step(connection: Connection, **values: Unpack[TakenStep]) -> None:
    """Note a step that was taken; a second one of the same number is refused by the database."""
    connection.execute(insert(ladder_step).values(**values))


def due_alarms(
    connection: Connection, now: datetime, limit: int, *, without: Iterable[int] = ()
) -> list[int]:
    """Read the open alarms that have a step due, ``without`` some, the longest waiting first."""
    query = (
        select(ladder.c.alarm_id)
        .join(alarm, ladder.c.alarm_id == alarm.c.id)
        .where(ladder.c.due_at <= now, alarm.c.state == OPEN, ladder.c.alarm_id.not_in(list(without)))
        .order_by(ladder.c.due_at)
        .limit(limit)
    )
    return list(dict.fromkeys(connection.execute(query).scalars()))


def undelivered_calls(connection: Connection, alarm_id: int) -> dict[int, datetime]:
    """Give the tiers of an alarm in which every call since the last step has failed for good, and when that was.

    A step that had nobody to call is none of them.
    """
    called = select(ladder_step.c.tier, func.max(ladder_step.c.taken_at).label("at"))
    last = called.where(ladder_step.c.alarm_id == alarm_id).group_by(ladder_step.c.tier).subquery()
    query = (
        select(
            message.c.tier,
            last.c.at,
            func.sum(case((message.c.state == "failed", 0), else_=1)).label("alive"),
        )
        .join(last, message.c.tier == last.c.tier)
        .where(message.c.alarm_id == alarm_id, message.c.purpose == CALL, message.c.created_at >= last.c.at)
        .group_by(message.c.tier, last.c.at)
    )
    return {row.tier: row.at for row in connection.execute(query) if not row.alive}


def plan_of(connection: Connection, district_id: int, kind: str | None) -> Plan:
    """Read the plan of a district for a kind of alarm: its own for the kind, else for any, else the default.

    One that cannot be read, as after going back to an older version, is passed over: no alarm may wait for it.
    """
    query = select(escalation_plan.c.kind, escalation_plan.c.steps).where(
        escalation_plan.c.district_id == district_id,
        escalation_plan.c.kind.in_([ANY_KIND, kind or ANY_KIND]),
    )
    found: dict[str, Any] = {row.kind: row.steps for row in connection.execute(query)}
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
