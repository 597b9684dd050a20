"""The units of a district and the plans that say which of them come to an alarm: looked at and edited."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from server.alarm.queries import units
from server.alarm.rules.alarm import AlarmKind
from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.refused import Refused
from server.places.queries import districts

Row = Mapping[str, Any]
UNIT_COLUMNS = ("id", "name", "kind", "telephone", "desk", "archived")
PLAN_COLUMNS = ("id", "kind", "school_id", "lead_unit_id", "support_unit_ids")


def page(store: Store, *, actor: Actor, archived: bool, cursor: int, limit: int) -> dict[str, Any]:
    """List the units of the actor's district, or those that are no longer used."""
    require(actor, Act.SEE_UNITS)
    with store.read() as connection:
        rows = units.page(connection, actor.district_id, archived=archived, after=cursor, limit=limit + 1)
    return _paged(rows, limit, UNIT_COLUMNS)


def add(store: Store, *, actor: Actor, request_id: str, values: Row, now: datetime) -> dict[str, Any]:
    """Add a unit: ``name, kind, telephone, desk``; gives it."""
    require(actor, Act.EDIT_UNITS)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "add_unit", dict(values))
        if first is not None:
            return first
        number = units.add(
            transaction.connection, district_id=actor.district_id, archived=False, **values, **_by(actor, now)
        )
        _audit(transaction, actor, "unit.added", {"unit_id": number})
        return transaction.answer(actor.account_id, request_id, {"id": number, "archived": False, **values})


def change(
    store: Store, *, actor: Actor, request_id: str, unit_id: int, values: Row, now: datetime
) -> dict[str, Any]:
    """Change some columns of a unit, or archive it; gives it.

    What went on before keeps its name. Raises ``Refused``: ``not_found``, ``unit_in_plan`` (plans) for
    archiving a unit that a plan calls.
    """
    require(actor, Act.EDIT_UNITS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "change_unit", [unit_id, dict(values)])
        if first is not None:
            return first
        row = units.hold(connection, actor.district_id, [unit_id]).get(unit_id)
        if row is None:
            raise Refused("not_found")
        plans = units.plans_with(connection, actor.district_id, unit_id) if values.get("archived") else 0
        if plans:
            raise Refused("unit_in_plan", plans=plans)
        units.change(connection, unit_id, **values, **_by(actor, now))
        _audit(transaction, actor, "unit.changed", {"unit_id": unit_id, "columns": sorted(values)})
        return transaction.answer(actor.account_id, request_id, _shown({**row, **values}, UNIT_COLUMNS))


def plans_page(store: Store, *, actor: Actor, cursor: int, limit: int) -> dict[str, Any]:
    """List the plans of the actor's district."""
    require(actor, Act.SEE_UNITS)
    with store.read() as connection:
        rows = units.plans_page(connection, actor.district_id, after=cursor, limit=limit + 1)
    return _paged(rows, limit, PLAN_COLUMNS)


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
) -> dict[str, Any]:
    """Add the plan for a kind of alarm and a school, ``None`` meaning any; gives it.

    Raises ``Refused``: ``plan_exists`` (plan_id), ``unit_archived``, ``not_found`` for a school or a unit
    beyond the district.
    """
    require(actor, Act.EDIT_UNITS)
    values: dict[str, Any] = {
        "kind": kind.value if kind else None,
        "school_id": school_id,
        "lead_unit_id": lead,
        "support_unit_ids": supports,
    }
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "add_plan", values)
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
        number = units.add_plan(
            connection, district_id=actor.district_id, covers=covers, **values, **_by(actor, now)
        )
        _audit(transaction, actor, "joint_plan.added", {"plan_id": number, **values})
        return transaction.answer(actor.account_id, request_id, {"id": number, **values})


def change_plan(
    store: Store, *, actor: Actor, request_id: str, plan_id: int, values: Row, now: datetime
) -> dict[str, Any]:
    """Change who comes by a plan (``lead_unit_id`` and ``support_unit_ids``), or archive it; gives it.

    Raises ``Refused``: ``not_found``, ``unit_archived``.
    """
    require(actor, Act.EDIT_UNITS)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "change_plan", [plan_id, dict(values)])
        if first is not None:
            return first
        row = units.plan_by_id(connection, plan_id, actor.district_id)
        if row is None:
            raise Refused("not_found")
        columns = {name: value for name, value in values.items() if name != "archived"}
        if values.get("archived"):
            columns["covers"] = None
        elif columns:
            whole = {**row, **columns}
            _check_units(connection, actor, [whole["lead_unit_id"], *whole["support_unit_ids"]])
        units.change_plan(connection, plan_id, **columns, **_by(actor, now))
        _audit(transaction, actor, "joint_plan.changed", {"plan_id": plan_id, **values})
        return transaction.answer(actor.account_id, request_id, _shown({**row, **columns}, PLAN_COLUMNS))


def _check_units(connection: Connection, actor: Actor, unit_ids: Iterable[int]) -> None:
    wanted = set(unit_ids)
    found = units.hold(connection, actor.district_id, wanted)
    if wanted - set(found):
        raise Refused("not_found")
    if any(row["archived"] for row in found.values()):
        raise Refused("unit_archived")


def _has_school(connection: Connection, actor: Actor, school_id: int) -> bool:
    return any(row.id == school_id for row in districts.schools(connection, actor.district_id))


def _by(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"changed_at": now, "changed_by": actor.account_id}


def _shown(row: Row, columns: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in columns}


def _paged(rows: list[Row], limit: int, columns: Iterable[str]) -> dict[str, Any]:
    names = tuple(columns)
    return {
        "items": [_shown(row, names) for row in rows[:limit]],
        "next": rows[limit - 1]["id"] if len(rows) > limit else None,
    }


def _audit(transaction: Transaction, actor: Actor, act: str, facts: dict[str, Any]) -> None:
    audit.record(transaction.connection, now=transaction.now, actor_id=actor.account_id, act=act, facts=facts)
