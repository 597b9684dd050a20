"""Names at registration: one that imitates an office of the district is kept apart."""

from sqlalchemy import Connection, select, union

from server.alarm.queries.units import unit
from server.core.access.roles import Category
from server.people.rules.claimed_names import SHOWN_INSTEAD, imitates_office
from server.places.queries.districts import school, station


def names_of(
    connection: Connection, *, district_id: int, name: str, category: Category
) -> dict[str, str | None]:
    """Give an account's columns for a name: others see the category in place of a claimed one until approval."""
    if not imitates_office(name, _offices(connection, district_id)):
        return {"name": name, "claimed_name": None}
    return {"name": SHOWN_INSTEAD[category], "claimed_name": name}


def _offices(connection: Connection, district_id: int) -> list[str]:
    tables = (unit, station, school)
    query = union(*(select(table.c.name).where(table.c.district_id == district_id) for table in tables))
    return list(connection.execute(query).scalars())
