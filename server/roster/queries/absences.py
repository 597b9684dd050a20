"""Absences of people: written, read and withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from server.people.tables.absences import absence


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from a first to a last day."""

    id: int
    first_day: date
    last_day: date
    kind: str


def to_come(connection: Connection, account_id: int, today: date) -> list[Absence]:
    """Read the absences of somebody that are not over, the earliest first."""
    query = (
        select(absence.c.id, absence.c.first_day, absence.c.last_day, absence.c.kind)
        .where(
            absence.c.account_id == account_id,
            absence.c.withdrawn_at.is_(None),
            absence.c.last_day >= today,
        )
        .order_by(absence.c.first_day, absence.c.id)
    )
    return [Absence(**row) for row in connection.execute(query).mappings()]


def add(connection: Connection, account_id: int, *, first: date, last: date, kind: str, now: datetime) -> int:
    """Write that somebody is away, and give its number."""
    values = {"first_day": first, "last_day": last, "kind": kind, "entered_by": account_id}
    number: int = connection.execute(
        insert(absence).values(account_id=account_id, entered_at=now, **values).returning(absence.c.id)
    ).scalar_one()
    return number


def withdraw(connection: Connection, account_id: int, number: int, now: datetime) -> bool:
    """Withdraw an absence of somebody; tells whether it held."""
    mine = (absence.c.id == number, absence.c.account_id == account_id, absence.c.withdrawn_at.is_(None))
    return connection.execute(update(absence).where(*mine).values(withdrawn_at=now)).rowcount > 0
