"""Who is away on a day."""

from datetime import date

from sqlalchemy import ColumnElement, select

from server.people.tables import account
from server.people.tables.absences import absence


def away_on(day: date) -> ColumnElement[bool]:
    """Give who is away on a day, as a condition inside a query of accounts."""
    held = select(absence.c.id).where(
        absence.c.account_id == account.c.id,
        absence.c.withdrawn_at.is_(None),
        absence.c.first_day <= day,
        absence.c.last_day >= day,
    )
    return held.exists()
