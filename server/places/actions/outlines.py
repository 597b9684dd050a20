"""The outline of a district and the areas of its stations, as a file gives them; only the command line comes here."""

from collections.abc import Sequence
from datetime import datetime

from server.core import audit
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.places.queries import districts
from server.places.rules.outlines import NamedArea
from server.places.service import outlines as service
from server.places.service.outlines import Given
from server.places.tables import District


def give(store: Store, *, district: str | None, areas: Sequence[NamedArea], now: datetime) -> Given:
    """Store the outline and the stations' areas that a file gives; what it does not give stays as it is.

    Raises ``Refused``: ``which_district`` (names), ``several_outlines`` (names), ``posts_outside_outline``
    (number, of).
    """
    with store.transaction(now) as transaction:
        found = _choose(districts.all_districts(transaction.connection), district)
        return service.keep(transaction, found, areas, by=None)


def take_away(store: Store, *, district: str | None, now: datetime) -> str:
    """Remove the outline and the stations' areas: maps draw their own from the posts again. Gives the district's name.

    Raises ``Refused("which_district")`` (names).
    """
    with store.transaction(now) as transaction:
        connection = transaction.connection
        found = _choose(districts.all_districts(connection), district)
        districts.set_outline(connection, found.id, None)
        districts.set_areas(
            connection, dict.fromkeys(one.id for one in districts.stations(connection, found.id))
        )
        audit.record(
            connection, now=now, actor_id=None, act="take_outline_away", facts={"district_id": found.id}
        )
        transaction.publish("directory.changed", {}, ())
    return found.name


def _choose(there: Sequence[District], named: str | None) -> District:
    found = [one for one in there if named in {None, one.name}]
    if len(found) != 1:
        raise Refused("which_district", names=[one.name for one in there])
    return found[0]
