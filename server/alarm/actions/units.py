"""The units of a district and the plans that say which of them come to an alarm: looked at and edited."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import Connection

from server.alarm.queries import units
from server.alarm.queries.units import NewPlan, NewUnit, UnitChanges
from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.unit_shapes import PlanPage, PlanView, UnitKept, UnitPage, UnitView
from server.alarm.tables.joint_response import Unit, WrittenPlan
from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.refused import Refused
from server.places.queries import districts


class PlanChanges(TypedDict, total=False):
    """What to change of a plan: who comes by it, or that it is no longer used."""

    lead_unit_id: int
    support_unit_ids: list[int]
    archived: bool


def page(store: Store, *, actor: Actor, archived: bool, cursor: int, limit: int) -> UnitPage:
    """List the units of the actor's district, or those that are no longer used."""
    require(actor, Act.SEE_UNITS)
    with store.read() as connection:
        rows = units.page(connection, actor.district_id, archived=archived, after=cursor, limit=limit + 1)
    return {
        "items": [_view(row) for row in rows[:limit]],
        "next": rows[limit - 1].id if len(rows) > limit else None,
    }


def add(store: Store, *, actor: Actor, request_id: str, now: datetime, **values: Unpack[NewUnit]) -> UnitView:
    """Add a unit; gives it. Raises ``Refused("not_found")`` for the retry of one that is in another district."""
    require(actor, Act.EDIT_UNITS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "add_unit", values, shape=UnitKept)
        if first is not None:
            row = units.hold(connection, actor.district_id, [first["id"]]).get(first["id"])
            if row is None:
                raise Refused("not_found")
            return _again(first, row)
        number = units.add(connection, actor.district_id, by=actor.account_id, now=now, **values)
        _audit(transaction, actor, "unit.added", {"unit_id": number})
        return _answered(transaction, actor, request_id, number)


def change(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    unit_id: int,
    now: datetime,
    **values: Unpack[UnitChanges],
) -> UnitView:
    """Change some columns of a unit, or archive it; gives it.

    What went on before keeps its name. Raises ``Refused``: ``not_found``, ``unit_in_plan`` (plans) for
    archiving a unit that a plan calls.
    """
    require(actor, Act.EDIT_UNITS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "change_unit", [unit_id, values], shape=UnitKept
        )
        row = units.hold(connection, actor.district_id, [unit_id]).get(unit_id)
        if row is None:
            raise Refused("not_found")
        if first is not None:
            return _again(first, row)
        plans = units.plans_with(connection, actor.district_id, unit_id) if values.get("archived") else 0
        if plans:
            raise Refused("unit_in_plan", plans=plans)
        units.change(connection, unit_id, by=actor.account_id, now=now, **values)
        _audit(transaction, actor, "unit.changed", {"unit_id": unit_id, "columns": sorted(values)})
        return _answered(transaction, actor, request_id, unit_id)


def plans_page(store: Store, *, actor: Actor, cursor: int, limit: int) -> PlanPage:
    """List the plans of the actor's district."""
    require(actor, Act.SEE_UNITS)
    with store.read() as connection:
        rows = units.plans_page(connection, actor.district_id, after=cursor, limit=limit + 1)
    return {
        "items": [_plan_view(row) for row in rows[:limit]],
        "next": rows[limit - 1].id if len(rows) > limit else None,
    }


def add_plan(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    kind: AlarmKind | None,
    school_id: int | None,
    lead: int,
    supports: list[int],
    now: datetime,
) -> PlanView:
    """Add the plan for a kind of alarm and a school, ``None`` meaning any; gives it.

    Raises ``Refused``: ``plan_exists`` (plan_id), ``unit_archived``, ``not_found`` for a school or a unit
    beyond the district.
    """
    require(actor, Act.EDIT_UNITS)
    values: NewPlan = {
        "kind": kind.value if kind else None,
        "school_id": school_id,
        "lead_unit_id": lead,
        "support_unit_ids": supports,
    }
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "add_plan", values, shape=PlanView)
        if first is not None:
            return first
        if school_id is not None and not _has_school(connection, actor, school_id):
            raise Refused("not_found")
        # Held before the look for a plan like it, so that two admins at once do not both find none.
        units.hold_plans(connection, actor.district_id)
        _check_units(connection, actor, [lead, *supports])
        covers = units.covers(school_id, values["kind"])
        there = units.plan_that_covers(connection, actor.district_id, covers)
        if there is not None:
            raise Refused("plan_exists", plan_id=there)
        number = units.add_plan(connection, actor.district_id, by=actor.account_id, now=now, **values)
        _audit(transaction, actor, "joint_plan.added", {"plan_id": number, **values})
        answer: PlanView = {"id": number, **values}
        return transaction.answer(actor.account_id, request_id, answer)


def change_plan(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    plan_id: int,
    now: datetime,
    **values: Unpack[PlanChanges],
) -> PlanView:
    """Change who comes by a plan, or archive it; gives it.

    Raises ``Refused``: ``not_found``, ``unit_archived``.
    """
    require(actor, Act.EDIT_UNITS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "change_plan", [plan_id, values], shape=PlanView
        )
        if first is not None:
            return first
        row = units.plan_by_id(connection, plan_id, actor.district_id)
        if row is None:
            raise Refused("not_found")
        changed = replace(
            row,
            lead_unit_id=values.get("lead_unit_id", row.lead_unit_id),
            support_unit_ids=values.get("support_unit_ids", row.support_unit_ids),
        )
        if values.get("archived"):
            changed = replace(changed, covers=None)
        elif "lead_unit_id" in values or "support_unit_ids" in values:
            _check_units(connection, actor, [changed.lead_unit_id, *changed.support_unit_ids])
        units.change_plan(connection, changed, by=actor.account_id, now=now)
        _audit(transaction, actor, "joint_plan.changed", {"plan_id": plan_id, **values})
        return transaction.answer(actor.account_id, request_id, _plan_view(changed))


def _check_units(connection: Connection, actor: Actor, unit_ids: Iterable[int]) -> None:
    wanted = set(unit_ids)
    found = units.hold(connection, actor.district_id, wanted)
    if wanted - set(found):
        raise Refused("not_found")
    if any(row.archived for row in found.values()):
        raise Refused("unit_archived")


def _has_school(connection: Connection, actor: Actor, school_id: int) -> bool:
    return any(row.id == school_id for row in districts.schools(connection, actor.district_id))


def _answered(transaction: Transaction, actor: Actor, request_id: str, unit_id: int) -> UnitView:
    """Give a unit as it is now, and keep it for a retry, all but its telephone."""
    row = units.hold(transaction.connection, actor.district_id, [unit_id])[unit_id]
    kept = UnitKept(id=row.id, name=row.name, kind=row.kind, desk=row.desk, archived=row.archived)
    return _again(transaction.answer(actor.account_id, request_id, kept), row)


def _again(kept: UnitKept, row: Unit) -> UnitView:
    # Where its key is missing the number is.
    return {**kept, "telephone": row.number or ""}


def _view(one: Unit) -> UnitView:
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind,
        "telephone": one.number or "",
        "desk": one.desk,
        "archived": one.archived,
    }


def _plan_view(one: WrittenPlan) -> PlanView:
    return {
        "id": one.id,
        "kind": one.kind,
        "school_id": one.school_id,
        "lead_unit_id": one.lead_unit_id,
        "support_unit_ids": one.support_unit_ids,
    }


def _audit(transaction: Transaction, actor: Actor, act: str, facts: Mapping[str, object]) -> None:
    audit.record(transaction.connection, now=transaction.now, actor_id=actor.account_id, act=act, facts=facts)
