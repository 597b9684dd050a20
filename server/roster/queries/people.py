"""The people of a plan: what they are, whether they agreed, when they are away; and who could take a seat."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, select

from server.core.access.roles import AccountStatus, Category, Group, Role, group_of
from server.people.queries.consents import has_agreed
from server.people.rules.consent_texts import REQUIRED_CONSENTS
from server.people.tables import account
from server.people.tables.absences import absence
from server.roster.rules.conflicts import Days, PlanPerson

# Whom a planner can look through; a school has some hundred people.
MOST_LOOKED_AT = 2_000

_person = select(
    account.c.id,
    account.c.name,
    account.c.category,
    account.c.status,
    account.c.school_id,
    account.c.station_id,
    and_(*(has_agreed(kind) for kind in REQUIRED_CONSENTS)).label("agreed"),
).where(account.c.role == Role.GUARD.value)


def by_ids(
    connection: Connection, district_id: int, account_ids: Collection[int], first: date, last: date
) -> dict[int, PlanPerson]:
    """Read guards of a district by their numbers, with their absences between two dates."""
    if not account_ids:
        return {}
    query = _person.where(account.c.district_id == district_id, account.c.id.in_(sorted(account_ids)))
    return _with_absences(connection, connection.execute(query).all(), first, last)


def of_group(
    connection: Connection,
    group: Group,
    *,
    school_id: int,
    station_id: int,
    text: str,
    first: date,
    last: date,
) -> dict[int, PlanPerson]:
    """Read who could take seats of a group at a school: its own people, police of its station; by a piece of the name.

    Whoever closed his account, or was closed, is left out.
    """
    categories = [one.value for one in Category if group_of(one) == group]
    unit: ColumnElement[bool] = account.c.school_id == school_id
    if group == Group.POLICE:
        unit = account.c.station_id == station_id
    query = _person.where(
        unit, account.c.category.in_(categories), account.c.status != AccountStatus.SUSPENDED.value
    )
    if text:
        query = query.where(account.c.name.icontains(text, autoescape=True))
    rows = connection.execute(query.order_by(account.c.id).limit(MOST_LOOKED_AT)).all()
    return _with_absences(connection, rows, first, last)


def _with_absences(
    connection: Connection, rows: Iterable[Any], first: date, last: date
) -> dict[int, PlanPerson]:
    people = list(rows)
    away = absences(connection, [row.id for row in people], first, last)
    return {
        row.id: PlanPerson(
            account_id=row.id,
            name=row.name,
            category=row.category,
            status=row.status,
            school_id=row.school_id,
            station_id=row.station_id,
            agreed=bool(row.agreed),
            away=tuple(away.get(row.id, ())),
        )
        for row in people
    }


def absences(
    connection: Connection, account_ids: Collection[int], first: date, last: date
) -> dict[int, list[Days]]:
    """Read when some people are away between two dates."""
    if not account_ids:
        return {}
    query = select(absence.c.account_id, absence.c.first_day, absence.c.last_day).where(
        absence.c.account_id.in_(sorted(account_ids)),
        absence.c.withdrawn_at.is_(None),
        absence.c.first_day <= last,
        absence.c.last_day >= first,
    )
    found: dict[int, list[Days]] = {}
    for row in connection.execute(query):
        found.setdefault(row.account_id, []).append(Days(row.first_day, row.last_day))
    return found


def forget_absences(connection: Connection, account_id: int) -> None:
    """Delete the absences of a person."""
    connection.execute(delete(absence).where(absence.c.account_id == account_id))
