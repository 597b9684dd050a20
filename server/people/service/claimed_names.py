"""Names at registration: one that imitates an office of the district is kept apart."""

from sqlalchemy import select, union

from server.core.access.roles import Category
from server.core.database.transaction import Transaction
from server.people.facts import OfficesWanted
from server.people.rules.claimed_names import SHOWN_INSTEAD, imitates_office
from server.places.tables import school, station


def names_of(
    transaction: Transaction, *, district_id: int, name: str, category: Category
) -> dict[str, str | None]:
    """Give an account's columns for a name: others see the category in place of a claimed one until approval."""
    if not imitates_office(name, _offices(transaction, district_id)):
        return {"name": name, "claimed_name": None}
    return {"name": SHOWN_INSTEAD[category], "claimed_name": name}


def _offices(transaction: Transaction, district_id: int) -> list[str]:
    tables = (station, school)
    query = union(*(select(table.c.name).where(table.c.district_id == district_id) for table in tables))
    names = list(transaction.connection.execute(query).scalars())
    return names + [name for more in transaction.announce(OfficesWanted(district_id)) for name in more]
