"""Units of the joint response, and the plans that say which of them come to an alarm."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import Connection, Text, and_, cast, insert, select, update

from server.alarm.rules.alarm import AlarmKind
from server.alarm.rules.joint_response import JointPlan
from server.alarm.tables.joint_response import Unit, WrittenPlan, joint_plan, unit
from server.core.database.requests import request
from server.core.database.sealing import telephones
from server.places.tables import district


class NewUnit(TypedDict):
    """The columns that an administrator sets of a new unit."""

    name: str
    kind: str
    telephone: str
    desk: str


class UnitChanges(TypedDict, total=False):
    """The columns of a unit that he may set anew."""

    name: str
    kind: str
    telephone: str
    desk: str
    archived: bool


class NewPlan(TypedDict):
    """The columns that he sets of a new plan; no kind: for any, no school: at any."""

    kind: str | None
    school_id: int | None
    lead_unit_id: int
    support_unit_ids: list[int]


def page(connection: Connection, district_id: int, *, archived: bool, after: int, limit: int) -> list[Unit]:
    """Read units of a district, those that are archived or those that are not."""
    query = (
        select(unit)
        .where(unit.c.district_id == district_id, unit.c.archived == archived, unit.c.id > after)
        .order_by(unit.c.id)
        .limit(limit)
    )
    return [Unit(**row) for row in connection.execute(query).mappings()]


def of_district(
    connection: Connection, district_id: int, unit_ids: Iterable[int] | None = None
) -> list[Unit]:
    """Read the units of a district that are not archived, all or some."""
    query = select(unit).where(unit.c.district_id == district_id, unit.c.archived.is_(False))
    if unit_ids is not None:
        query = query.where(unit.c.id.in_(list(unit_ids)))
    return [Unit(**row) for row in connection.execute(query.order_by(unit.c.id)).mappings()]


def hold(connection: Connection, district_id: int, unit_ids: Iterable[int]) -> dict[int, Unit]:
    """Read units of a district, archived ones too, and keep them as they are until the commit.

    Whoever plans with a unit and whoever archives it both hold it first, so neither misses the other.
    """
    query = (
        select(unit)
        .where(unit.c.district_id == district_id, unit.c.id.in_(list(unit_ids)))
        .order_by(unit.c.id)
        .with_for_update()
    )
    return {row["id"]: Unit(**row) for row in connection.execute(query).mappings()}


def add(
    connection: Connection,
    district_id: int,
    *,
    by: int | None = None,
    now: datetime,
    **values: Unpack[NewUnit],
) -> int:
    """Add a unit's row; gives its number."""
    new = insert(unit).values(
        district_id=district_id,
        archived=False,
        changed_at=now,
        changed_by=by,
        **{**values, **telephones.written(connection, unit, values["telephone"], name="telephone")},
    )
    number: int = connection.execute(new.returning(unit.c.id)).scalar_one()
    return number


def change(
    connection: Connection, unit_id: int, *, by: int, now: datetime, **values: Unpack[UnitChanges]
) -> None:
    """Change a unit's row."""
    columns: dict[str, object] = {**values}
    if "telephone" in values:
        columns |= telephones.written(connection, unit, values["telephone"], name="telephone")
    changed = update(unit).where(unit.c.id == unit_id).values(changed_at=now, changed_by=by, **columns)
    connection.execute(changed)


def forget_answers(connection: Connection, _after: int) -> None:
    """Take its number out of the answers with a unit that programs of before kept for retries."""
    text = cast(request.c.answer, Text)
    of_unit = and_(text.like('%"desk"%'), text.like('%"telephone"%'))
    query = select(request.c.account_id, request.c.request_id, request.c.answer).where(of_unit)
    for row in connection.execute(query).all():
        mine = (request.c.account_id == row.account_id, request.c.request_id == row.request_id)
        connection.execute(
            update(request)
            .where(*mine)
            .values(answer={key: one for key, one in row.answer.items() if key != "telephone"})
        )


def covers(school_id: int | None, kind: str | None) -> str:
    """Write in one text which alarms a plan is for."""
    return f"{school_id or 'any'}:{kind or 'any'}"


def plans_page(connection: Connection, district_id: int, *, after: int, limit: int) -> list[WrittenPlan]:
    """Read plans of a district that are not archived."""
    query = (
        select(joint_plan)
        .where(
            joint_plan.c.district_id == district_id,
            joint_plan.c.covers.is_not(None),
            joint_plan.c.id > after,
        )
        .order_by(joint_plan.c.id)
        .limit(limit)
    )
    return [WrittenPlan(**row) for row in connection.execute(query).mappings()]


def plans_for(
    connection: Connection, *, district_id: int, school_id: int, kind: str | None
) -> list[JointPlan]:
    """Read the plans of a district that could fit an alarm."""
    fitting = {covers(school, what) for school in (school_id, None) for what in (kind, None)}
    query = select(joint_plan).where(
        joint_plan.c.district_id == district_id, joint_plan.c.covers.in_(sorted(fitting))
    )
    found = (WrittenPlan(**row) for row in connection.execute(query).mappings())
    return [
        JointPlan(
            kind=AlarmKind(one.kind) if one.kind else None,
            school_id=one.school_id,
            lead=one.lead_unit_id,
            supports=tuple(one.support_unit_ids),
        )
        for one in found
    ]


def plan_by_id(connection: Connection, plan_id: int, district_id: int) -> WrittenPlan | None:
    """Read a plan that is not archived, and keep it as it is until the commit."""
    query = select(joint_plan).where(
        joint_plan.c.id == plan_id,
        joint_plan.c.district_id == district_id,
        joint_plan.c.covers.is_not(None),
    )
    row = connection.execute(query.with_for_update()).mappings().first()
    return WrittenPlan(**row) if row else None


def hold_plans(connection: Connection, district_id: int) -> None:
    """Keep others from adding a plan to a district until the commit; nothing else waits for it."""
    connection.execute(
        select(district.c.id).where(district.c.id == district_id).with_for_update(key_share=True)
    )


def plan_that_covers(connection: Connection, district_id: int, what: str) -> int | None:
    """Find the plan for exactly these alarms."""
    query = select(joint_plan.c.id).where(
        joint_plan.c.district_id == district_id, joint_plan.c.covers == what
    )
    return connection.execute(query).scalar()


def plans_with(connection: Connection, district_id: int, unit_id: int) -> int:
    """Count the plans that a unit stands in."""
    rows = connection.execute(
        select(joint_plan.c.lead_unit_id, joint_plan.c.support_unit_ids).where(
            joint_plan.c.district_id == district_id, joint_plan.c.covers.is_not(None)
        )
    )
    return sum(unit_id == row.lead_unit_id or unit_id in row.support_unit_ids for row in rows)


def add_plan(
    connection: Connection,
    district_id: int,
    *,
    by: int | None = None,
    now: datetime,
    **values: Unpack[NewPlan],
) -> int:
    """Add a plan's row; gives its number."""
    new = insert(joint_plan).values(
        district_id=district_id,
        covers=covers(values["school_id"], values["kind"]),
        changed_at=now,
        changed_by=by,
        **values,
    )
    number: int = connection.execute(new.returning(joint_plan.c.id)).scalar_one()
    return number


def change_plan(connection: Connection, one: WrittenPlan, *, by: int, now: datetime) -> None:
    """Change who comes by a plan, and whether it is archived, to what it says now."""
    changed = update(joint_plan).where(joint_plan.c.id == one.id)
    connection.execute(
        changed.values(
            lead_unit_id=one.lead_unit_id,
            support_unit_ids=one.support_unit_ids,
            covers=one.covers,
            changed_at=now,
            changed_by=by,
        )
    )
