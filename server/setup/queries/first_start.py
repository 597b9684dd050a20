"""Whether a database still waits for its first administrator."""

from sqlalchemy import Connection, exists, select

from server.core.access.roles import Role
from server.people.tables import account
from server.places.queries import districts
from server.setup.rules.first_start import Found

# Whoever keeps accounts; a closed one was one, too.
_KEEPERS = (Role.DISTRICT_ADMIN.value, Role.SECURITY_ADMIN.value)
_has_keeper = select(exists().where(account.c.role.in_(_KEEPERS)))


def found(connection: Connection) -> Found:
    """Read what decides whether a first administrator may be made by the link."""
    there = districts.all_districts(connection)
    return Found(
        administrator=bool(connection.execute(_has_keeper).scalar()),
        districts=len(there),
        demo=any(one.demo for one in there),
    )
