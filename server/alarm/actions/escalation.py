"""What consoles decide about an alarm's steps: not to wait for the next one, and what the steps are."""

from datetime import datetime

from server.alarm.queries import alarms, ladders, timelines
from server.alarm.rules.alarm import AlarmKind, Entry
from server.alarm.rules.escalation import DEFAULT_PLAN, TIERS, Step
from server.alarm.rules.plan_checks import check_plan
from server.alarm.rules.shapes import AlarmView
from server.alarm.service import dispatch, escalation, holding, views
from server.alarm.service.shapes import PlanList
from server.alarm.tables.escalation import EscalationPlan
from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused


def do_not_wait(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    alarm_id: int,
    tiers: list[int],
    limits: Limits,
    now: datetime,
) -> AlarmView:
    """Take the next step of some tiers at once instead of when it is due; give the alarm as it is then.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``alarm_over``.
    """
    require(actor, Act.DISPATCH)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "escalate", [alarm_id, sorted(tiers)])
        if first is not None:
            return views.again(connection, alarm_id, actor)
        alarm = alarms.hold(connection, alarm_id, actor)
        transaction.answer(actor.account_id, request_id, {"alarm_id": alarm_id})
        facts = {"tiers": sorted(set(tiers))}
        timelines.enter(transaction, alarm_id, act=Entry.ESCALATED, actor_id=actor.account_id, facts=facts)
        if dispatch.NEIGHBOURS in tiers:
            alarm = holding.release(transaction, alarm, limits, why="console", actor_id=actor.account_id)
        escalation.do_not_wait(transaction, alarm, tiers, limits)
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="escalate_alarm",
            facts={"alarm_id": alarm_id, **facts},
        )
        return views.publish(transaction, alarm)


def plans(store: Store, *, actor: Actor) -> PlanList:
    """Show the steps of the actor's district: for any kind of alarm, and for each kind that has its own."""
    require(actor, Act.SEE_PLANS)
    with store.read() as connection:
        own = {row.kind: row.steps for row in ladders.plans(connection, actor.district_id)}
    default = [step.as_dict() for tier in TIERS for step in DEFAULT_PLAN[tier]]
    kinds = [ladders.ANY_KIND, *(kind.value for kind in AlarmKind)]
    inherited = own.get(ladders.ANY_KIND, default)
    return {
        "items": [{"kind": kind, "own": kind in own, "steps": own.get(kind, inherited)} for kind in kinds]
    }


def change_plan(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    kind: str,
    steps: list[Step] | None,
    now: datetime,
) -> PlanList:
    """Give a kind of alarm (or ``any``) its own steps, or take them away again (``None``).

    Alarms that go on follow the new steps from their next one. Raises ``Refused``: ``not_your_role``,
    ``plan_incomplete`` (tier, why), ``not_found`` for an unknown kind.
    """
    require(actor, Act.CHANGE_PLANS)
    if kind not in {ladders.ANY_KIND, *AlarmKind}:
        raise Refused("not_found")
    if steps is not None:
        check_plan(steps)
    written = None if steps is None else [step.as_dict() for step in steps]
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "change_plan", [kind, written])
        if first is None:
            transaction.answer(actor.account_id, request_id, {"kind": kind})
            if written is None:
                ladders.drop_plan(connection, actor.district_id, kind)
            else:
                plan = EscalationPlan(actor.district_id, kind, written, now, actor.account_id)
                ladders.keep_plan(connection, plan)
            audit.record(
                connection,
                now=now,
                actor_id=actor.account_id,
                act="change_escalation_plan",
                facts={"kind": kind, "steps": written},
            )
    return plans(store, actor=actor)
