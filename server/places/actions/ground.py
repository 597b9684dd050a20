"""The ground of the map: outline, stations and posts in the actor's scope."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from server.core.access.roles import Act, Actor, Role, require, sees_post
from server.core.database.transaction import Store
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules import ground as ground_lines
from server.places.tables import Station


class PostOnMap(TypedDict):
    """A post, without its coverage."""

    id: int
    name: str
    school_id: int
    school_name: str
    school_kind: str
    station_id: int
    latitude: float
    longitude: float
    fence_radius_m: int


class Lines(TypedDict):
    """The lines of the map, in GeoJSON."""

    outline: Mapping[str, object] | None
    outline_given: bool
    borders: Mapping[str, object]


class GroundView(Lines):
    """A district with what lies in the actor's scope."""

    id: int
    name: str
    time_zone: str
    stations: list[Station]
    posts: list[PostOnMap]


def ground(store: Store, *, actor: Actor) -> GroundView:
    """Show the actor's district with the stations and posts in scope."""
    require(actor, Act.SEE_DISTRICT)
    with store.read() as connection:
        own = districts.the_district(connection, actor.district_id)
        kinds = {row.id: row.kind for row in districts.schools(connection, actor.district_id)}
        everywhere = districts.places(connection, district_id=actor.district_id)
        places = [place for place in everywhere if sees_post(actor, **place.scope)]
        seen = {place.station_id for place in places}
        whole = actor.role in {Role.DISPATCHER, Role.DISTRICT_ADMIN}
        all_stations = districts.stations(connection, actor.district_id)
        stations = [row for row in all_stations if whole or row.id in seen]
    return {
        "id": own.id,
        "name": own.name,
        "time_zone": own.time_zone,
        **_drawn(own.outline, everywhere, all_stations),
        "stations": stations,
        "posts": [
            {
                "id": place.post_id,
                "name": place.name,
                "school_id": place.school_id,
                "school_name": place.school_name,
                "school_kind": kinds[place.school_id],
                "station_id": place.station_id,
                "latitude": place.point.latitude,
                "longitude": place.point.longitude,
                "fence_radius_m": place.fence_radius_m,
            }
            for place in places
        ],
    }


def _drawn(
    outline: Mapping[str, object] | None, places: Iterable[Place], stations: Sequence[Station]
) -> Lines:
    """Give the lines of the map: the district's own outline, else one around its posts, and the stations' borders.

    They are those of the whole district, whoever looks: an outline around one school's gate would be none.
    """
    posts = tuple((one.point.latitude, one.point.longitude, one.station_id) for one in places)
    bases = tuple((one.latitude, one.longitude, one.id) for one in stations)
    areas = [one.area for one in stations if one.area]
    return {
        "outline": outline or ground_lines.outline_around(posts + bases),
        "outline_given": outline is not None,
        "borders": ground_lines.rings_of(areas)
        if len(areas) == len(stations)
        else ground_lines.borders_between(posts or bases),
    }
