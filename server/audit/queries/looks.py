"""Who looked at a person: the rows of the audit log that were about him alone or among others."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, case, func, select

from server.core.audit import audit_look, audit_row
from server.people.tables import account
from server.places.tables import school, station


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a person: by whom, of which role, school or station, and what for.

    ``as_of_today``: an old row that does not say who he was then; it is who he is now.
    """

    id: int
    at: datetime
    act: str
    facts: Mapping[str, object]
    role: str | None
    school: str | None
    station: str | None
    as_of_today: bool


_old = audit_look.c.role.is_(None)


def _of_then(name: str) -> ColumnElement[int]:
    return case((_old, account.c[name]), else_=audit_look.c[name])


_looks = (
    select(
        audit_row.c.id,
        audit_row.c.at,
        audit_row.c.act,
        audit_row.c.facts,
        func.coalesce(audit_look.c.role, account.c.role).label("role"),
        school.c.name.label("school"),
        station.c.name.label("station"),
        _old.label("as_of_today"),
    )
    .join_from(audit_look, audit_row, audit_look.c.row_id == audit_row.c.id)
    .outerjoin(account, audit_row.c.actor_id == account.c.id)
    .outerjoin(school, school.c.id == _of_then("school_id"))
    .outerjoin(station, station.c.id == _of_then("station_id"))
    .order_by(audit_look.c.row_id.desc())
)


Kind = tuple[date, str, str | None, str | None, bool]


def by_day(rows: list[tuple[date, Look]], most: int) -> tuple[dict[Kind, int], int | None]:
    """Count looks by day, act, role and place; the second value is the cursor of those that are left.

    Of more than ``most`` looks the oldest day is left, since a part of it may be missing, unless it is the only one.
    """
    shown, left = rows[:most], None
    if len(rows) > most:
        oldest = shown[-1][0]
        shown = [row for row in shown if row[0] != oldest] or shown
        left = shown[-1][1].id
    return dict(
        Counter((day, one.act, one.role, one.school or one.station, one.as_of_today) for day, one in shown)
    ), left


# Looks with which a telephone was shown; all others showed a name and a place at most.
AT_TELEPHONES = ("see_telephone", "see_telephones", "export.telephones")


def page(connection: Connection, account_id: int, *, telephones: bool, before: int, limit: int) -> list[Look]:
    """Read looks at somebody before a row (0: from the newest), the newest first: at his telephone, or all others."""
    which = audit_row.c.act.in_(AT_TELEPHONES)
    mine = _looks.where(audit_look.c.account_id == account_id, which if telephones else ~which)
    query = mine.limit(limit)
    if before:
        query = query.where(audit_look.c.row_id < before)
    return [Look(**row) for row in connection.execute(query).mappings()]
