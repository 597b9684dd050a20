"""Reading the audit log: a page of it with the names of those who stand in it, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, ColumnElement, CompoundSelect, Connection, func, or_, select, union

from server.core.access.roles import Actor, Role
from server.core.audit import audit_look, audit_row
from server.people.tables import account
from server.places.tables import school

FEW = 200

actor, subject = account.alias("actor"), account.alias("subject")


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An account whose sign-in was held back, and when that was last."""

    account_id: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the log with the names of those who stand in it."""

    id: int
    at: datetime
    act: str
    actor_id: int | None
    subject_id: int | None
    facts: Mapping[str, object]
    actor_name: str | None
    actor_role: str | None
    subject_name: str | None
    subject_role: str | None


@dataclass(frozen=True, slots=True)
class Search:
    """Which rows: of an act, by or about somebody whose name holds a text, in ``[since, until)``; ``None``: all.

    ``actor_id`` is the account that acted; ``subject_id`` one that an act was about, or whom a look showed.
    """

    act: str | None = None
    name: str | None = None
    actor_id: int | None = None
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    # What its reader sees of all acts; ``None``: each.
    among: frozenset[str] | None = None


def page(
    connection: Connection, search: Search, *, district_id: int, before: int, limit: int
) -> list[ReadRow]:
    """Read rows before a number (0: from the newest) that somebody of the district wrote, or that name nobody."""
    row = audit_row.c
    query = (
        select(
            row.id,
            row.at,
            row.act,
            row.actor_id,
            row.subject_id,
            row.facts,
            actor.c.name.label("actor_name"),
            actor.c.role.label("actor_role"),
            subject.c.name.label("subject_name"),
            subject.c.role.label("subject_role"),
        )
        .outerjoin(actor, actor.c.id == row.actor_id)
        .outerjoin(subject, subject.c.id == row.subject_id)
        .where(_of_district(district_id), *_conditions(search), *_people(connection, search, district_id))
        .order_by(row.id.desc())
        .limit(limit)
    )
    if before:
        query = query.where(row.id < before)
    if search.subject_id is not None:
        query = query.where(row.id.in_(_about(search, search.subject_id, before, limit)))
    return [ReadRow(**one) for one in connection.execute(query).mappings()]


def count(connection: Connection, search: Search, *, district_id: int) -> int:
    """Count the rows of a search."""
    query = (
        select(func.count())
        .select_from(audit_row)
        .outerjoin(actor, actor.c.id == audit_row.c.actor_id)
        .outerjoin(subject, subject.c.id == audit_row.c.subject_id)
        .where(_of_district(district_id), *_conditions(search), *_people(connection, search, district_id))
    )
    number: int = connection.execute(query).scalar_one()
    return number


def _acts() -> CTE:
    """From each act to the next by the index: a log of years is not read through for a dozen words."""
    first = select(func.min(audit_row.c.act).label("act")).cte("acts", recursive=True)
    after = select(func.min(audit_row.c.act)).where(audit_row.c.act > first.c.act).scalar_subquery()
    return first.union_all(select(after).where(first.c.act.is_not(None)))


_all_acts = _acts()
_each_act = select(_all_acts.c.act).where(_all_acts.c.act.is_not(None))


def acts(connection: Connection) -> list[str]:
    """List the acts that stand in the log, by the alphabet."""
    return list(connection.execute(_each_act).scalars())


def held_back(connection: Connection, who: Actor, *, since: datetime) -> list[HeldBack]:
    """Read the accounts of a console's scope whose sign-in was held back since a time, the newest first."""
    last = func.max(audit_row.c.at)
    query = (
        select(account.c.id.label("account_id"), account.c.name, last.label("at"))
        .join(audit_row, audit_row.c.subject_id == account.c.id)
        .outerjoin(school, account.c.school_id == school.c.id)
        .where(
            audit_row.c.act == "sign_in.locked",
            audit_row.c.at >= since,
            account.c.district_id == who.district_id,
        )
        .group_by(account.c.id, account.c.name)
        .order_by(last.desc(), account.c.id)
    )
    if who.role == Role.SCHOOL_ADMIN:
        query = query.where(account.c.school_id == who.school_id)
    if who.role == Role.STATION_OFFICER:
        query = query.where(func.coalesce(account.c.station_id, school.c.station_id) == who.station_id)
    return [HeldBack(**row) for row in connection.execute(query).mappings()]


def _of_district(district_id: int) -> ColumnElement[bool]:
    nobody = audit_row.c.actor_id.is_(None) & audit_row.c.subject_id.is_(None)
    return or_(nobody, actor.c.district_id == district_id, subject.c.district_id == district_id)


def _of_name(connection: Connection, name: str, district_id: int) -> ColumnElement[bool]:
    """Few people of a name are looked up in the log by their numbers; of many, the newest rows soon show some."""
    named = account.c.name.icontains(name, autoescape=True)
    query = select(account.c.id).where(account.c.district_id == district_id, named).limit(FEW + 1)
    numbers = list(connection.execute(query).scalars())
    if len(numbers) <= FEW:
        return or_(audit_row.c.actor_id.in_(numbers), audit_row.c.subject_id.in_(numbers))
    return or_(*(whose.c.name.icontains(name, autoescape=True) for whose in (actor, subject)))


def _about(search: Search, subject_id: int, before: int, limit: int) -> CompoundSelect[int]:
    """Give the newest rows about somebody: those that name him, and those of looks that showed him.

    Each part is read by its index from the newest on and ends after a page, however long the log is.
    """
    row, look = audit_row.c, audit_look.c
    where = _conditions(search)
    if search.actor_id is not None:
        where.append(row.actor_id == search.actor_id)
    named = select(row.id).where(row.subject_id == subject_id, *where).order_by(row.id.desc()).limit(limit)
    shown = (
        select(look.row_id.label("id"))
        .join(audit_row, row.id == look.row_id)
        .where(look.account_id == subject_id, *where)
        .order_by(look.row_id.desc())
        .limit(limit)
    )
    if before:
        # Said of both: else PostgreSQL walks through the newer rows of the log to where the looks begin.
        named, shown = named.where(row.id < before), shown.where(look.row_id < before, row.id < before)
    return union(select(named.subquery().c.id), select(shown.subquery().c.id))


def _people(connection: Connection, search: Search, district_id: int) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.actor_id is not None:
        found.append(audit_row.c.actor_id == search.actor_id)
    if search.name is not None:
        found.append(_of_name(connection, search.name, district_id))
    return found


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.act is not None:
        found.append(audit_row.c.act == search.act)
    if search.among is not None:
        found.append(audit_row.c.act.in_(sorted(search.among)))
    if search.since is not None:
        found.append(audit_row.c.at >= search.since)
    if search.until is not None:
        found.append(audit_row.c.at < search.until)
    return found
