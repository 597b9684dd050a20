"""The outline of a district and the areas of its stations, as a file gives them; only the command line comes here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.core import audit
from server.core.database.transaction import Store
from server.core.refused import Refused
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


def give(store: Store, *, district: str | None, areas: Sequence[NamedArea], now: datetime) -> Given:
    """Store the outline and the stations' areas that a file gives; what it does not give stays as it is.

    Raises ``Refused``: ``which_district`` (names), ``several_outlines`` (names), ``posts_outside_outline``
    (number, of).
    """
    with store.transaction(now) as transaction:
        connection = transaction.connection
        found = _choose(districts.all_districts(connection), district)
        stations = districts.stations(connection, found.id)
        posts = {one.name: one.point for one in districts.places(connection, district_id=found.id)}
        meant = outlines.assign(areas, district=found.name, stations=[one.name for one in stations])
        outside = list[str]()
        if meant.district is not None:
            outside = outlines.outside(meant.district, posts)
            districts.set_outline(connection, found.id, outlines.geojson(meant.district))
        of_stations = {
            one.id: outlines.geojson(meant.stations[one.name])
            for one in stations
            if one.name in meant.stations
        }
        districts.set_areas(connection, of_stations)
        corners = outlines.corners(meant.district) if meant.district else 0
        facts = {"district_id": found.id, "corners": corners, "areas": len(of_stations)}
        audit.record(connection, now=now, actor_id=None, act="give_outline", facts=facts)
        transaction.publish("directory.changed", {}, ())
    have = sum(one.area is not None or one.id in of_stations for one in stations)
    return Given(found.name, corners, have, len(stations), len(posts), tuple(outside))


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
