"""Making the accounts of people whom somebody else names: they are let in once they come and agree themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert, select

from server.core.access.roles import AccountStatus, Category, Role
from server.core.database.sealing import telephones
from server.core.database.transaction import Transaction
from server.people.facts import GuardsListed
from server.people.queries import imports
from server.people.tables import account


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody new, by his telephone; the school or, of police, the station that he belongs to."""

    name: str
    phone: str = field(repr=False)
    category: str | None
    school_id: int | None
    station_id: int | None

    @property
    def status(self) -> AccountStatus:
        """Give how he begins: who names him vouches for him, of police their station decides."""
        return AccountStatus.PENDING if self.category == Category.POLICE else AccountStatus.APPROVED


def make(
    transaction: Transaction, people: Sequence[Named], *, district_id: int, by: int
) -> Mapping[str, int]:
    """Make the accounts of people whom nobody knows; gives their numbers by telephone.

    Their telephones are held (``telephones.hold_number``) by whoever calls.
    """
    connection, now = transaction.connection, transaction.now
    written = {one.phone: telephones.written(connection, account, one.phone) for one in people}
    connection.execute(
        insert(account),
        [
            {
                "district_id": district_id,
                "name": one.name,
                "category": one.category,
                "role": Role.GUARD.value,
                "status": one.status.value,
                "school_id": one.school_id,
                "station_id": one.station_id,
                "registered_at": now,
                "approved_by": by if one.status == AccountStatus.APPROVED else None,
                "approved_at": now if one.status == AccountStatus.APPROVED else None,
                **written[one.phone],
            }
            for one in people
        ],
    )
    by_index = {str(values["phone_index"]): phone for phone, values in written.items()}
    query = select(account.c.id, account.c.phone_index).where(account.c.phone_index.in_(list(by_index)))
    made = {by_index[row.phone_index]: int(row.id) for row in connection.execute(query)}
    imports.enrol(connection, list(made.values()), by=by, now=now)
    transaction.announce(GuardsListed(tuple((number, phone) for phone, number in made.items()), ()))
    return made
