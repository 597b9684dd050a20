"""The ground of the map: outline, stations and posts in the actor's scope."""

from typing import Any

from server.domain.roles import Act, Actor, Role, require, sees_post
from server.store import districts
from server.store.transaction import Store


def ground(store: Store, *, actor: Actor) -> dict[str, Any]:
    """Show the actor's district with the stations and posts in scope."""
    require(actor, Act.SEE_DISTRICT)
    with store.read() as connection:
        own = districts.the_district(connection, actor.district_id)
        kinds = {row["id"]: row["kind"] for row in districts.schools(connection, actor.district_id)}
        places = [
            place
            for place in districts.places(connection, district_id=actor.district_id)
            if sees_post(actor, **place.scope)
        ]
        seen = {place.station_id for place in places}
        whole = actor.role in {Role.DISPATCHER, Role.DISTRICT_ADMIN}
        stations = [
            row for row in districts.stations(connection, actor.district_id) if whole or row["id"] in seen
        ]
    return {
        "id": own["id"],
        "name": own["name"],
        "time_zone": own["time_zone"],
        "outline": own["outline"],
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
