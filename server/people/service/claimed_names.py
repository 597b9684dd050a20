"""Names at registration: one that imitates an office of the district is kept apart."""

from dataclasses import dataclass

from sqlalchemy import select, union

from server.core.access.roles import Category
from server.core.database.transaction import Transaction
from server.people.facts import OfficesWanted
from server.people.rules.claimed_names import SHOWN_INSTEAD, imitates_office
from server.places.tables import school, station


@dataclass(frozen=True, slots=True)
class Names:
    """The name that others see, and the one that somebody claims."""

    shown: str
    claimed: str | None


def names_of(transaction: Transaction, *, district_id: int, name: str, category: Category) -> Names:
    """Give an account's names: others see the category in place of a claimed one until approval."""
    if not imitates_office(name, _offices(transaction, district_id)):
        return Names(name, None)
    return Names(SHOWN_INSTEAD[category], name)


def _offices(transaction: Transaction, district_id: int) -> list[str]:
    tables = (station, school)
    query = union(*(select(table.c.name).where(table.c.district_id == district_id) for table in tables))
    names = list(transaction.connection.execute(query).scalars())
    return names + [name for more in transaction.ask(OfficesWanted(district_id)) for name in more]
