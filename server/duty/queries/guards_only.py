"""To whom a list of guards is narrowed, as a condition inside a query of accounts."""

from sqlalchemy import ColumnElement, and_, true

from server.core.exports import GuardsOnly
from server.duty.queries.served import has_served
from server.people.queries.absent import away_on
from server.people.tables import account


def condition(only: GuardsOnly) -> ColumnElement[bool]:
    """Give who is listed."""
    return and_(
        true() if only.status is None else account.c.status == only.status.value,
        true() if only.category is None else account.c.category == only.category.value,
        true() if only.school_id is None else account.c.school_id == only.school_id,
        ~has_served() if only.never_served else true(),
        true() if only.away_on is None else away_on(only.away_on),
    )
