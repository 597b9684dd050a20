"""The outline of a district and the areas of its stations, stored as a file gives them."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.core import audit
from server.core.database.transaction import Transaction
from server.places.queries import districts
from server.places.rules import outlines
from server.places.rules.outlines import NamedArea
from server.places.tables import District


@dataclass(frozen=True, slots=True)
class Given:
    """What was stored: corners of the outline (0: none was in the file), stations with an area, posts outside."""

    district: str
    corners: int
    areas: int
    stations: int
    posts: int
    outside: tuple[str, ...]


def keep(transaction: Transaction, found: District, areas: Sequence[NamedArea], *, by: int | None) -> Given:
    """Store the outline and the stations' areas that a file gives; what it does not give stays as it is.

    ``by`` is the account that gave it; ``None``: a command. Raises ``Refused``: ``several_outlines`` (names),
    ``posts_outside_outline`` (number, of).
    """
    connection, now = transaction.connection, transaction.now
    stations = districts.stations(connection, found.id)
    posts = {one.name: one.point for one in districts.places(connection, district_id=found.id)}
    meant = outlines.assign(areas, district=found.name, stations=[one.name for one in stations])
    outside = list[str]()
    if meant.district is not None:
        outside = outlines.outside(meant.district, posts)
        districts.set_outline(connection, found.id, outlines.geojson(meant.district))
    of_stations = {
        one.id: outlines.geojson(meant.stations[one.name]) for one in stations if one.name in meant.stations
    }
    districts.set_areas(connection, of_stations)
    corners = outlines.corners(meant.district) if meant.district else 0
    facts = {"district_id": found.id, "corners": corners, "areas": len(of_stations)}
    audit.record(connection, now=now, actor_id=by, act="give_outline", facts=facts)
    transaction.publish("directory.changed", {}, ())
    have = sum(one.area is not None or one.id in of_stations for one in stations)
    return Given(found.name, corners, have, len(stations), len(posts), tuple(outside))
