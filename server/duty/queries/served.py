"""Who has served before: the one definition of it, for lists and for drafts."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, select

from server.duty.tables import check_in
from server.people.tables import account


def has_served() -> ColumnElement[bool]:
    """Give whether an account has a check-in that is still kept, as a condition inside a query."""
    return select(check_in.c.id).where(check_in.c.account_id == account.c.id).exists()


def served(connection: Connection, account_ids: Collection[int]) -> frozenset[int]:
    """Give those of some accounts that have served before."""
    if not account_ids:
        return frozenset()
    query = select(account.c.id).where(account.c.id.in_(sorted(account_ids)), has_served())
    return frozenset(connection.execute(query).scalars())
