"""Schools and stations as the page of places shows them."""

from server.core.access.roles import Actor, Role
from server.core.geo import wgs84_to_gcj02
from server.core.moments import moment_or_none
from server.setup.queries.schools import KeptSchool
from server.setup.queries.stations import KeptStation
from server.setup.rules.schools import SchoolView, StationView
from server.setup.service.posts import spot


def own_station(actor: Actor) -> int | None:
    """Give the station that bounds an actor's scope; ``None``: the whole district."""
    return (actor.station_id or 0) if actor.role == Role.STATION_OFFICER else None


def school_view(found: KeptSchool) -> SchoolView:
    """Give a school as the page shows it."""
    return {
        "id": found.id,
        "name": found.name,
        "kind": found.kind,
        "station_id": found.station_id,
        "station_name": found.station_name,
        "pupils": found.pupils,
        "boarders": found.boarders,
        "telephone": found.telephone,
        "posts": found.posts,
        "archived_at": moment_or_none(found.archived_at),
        "version": found.version or 0,
        "changed_by": found.changed_by,
        "changed_at": moment_or_none(found.changed_at),
    }


def words_of_school(found: KeptSchool) -> dict[str, str]:
    """Give what may be changed of a school, as the audit log says it."""
    return {
        "name": found.name,
        "school_kind": found.kind,
        "station": found.station_name,
        "pupils": str(found.pupils),
        "boarders": str(found.boarders),
        "telephone": found.telephone or "",
    }


def station_view(found: KeptStation) -> StationView:
    """Give a station as the page shows it."""
    return {
        "id": found.id,
        "name": found.name,
        "telephone": found.telephone,
        "wgs84": spot(found.point),
        "gcj02": spot(wgs84_to_gcj02(found.point)),
        "schools": found.schools,
        "posts": found.posts,
        "archived_at": moment_or_none(found.archived_at),
        "version": found.version or 0,
        "changed_by": found.changed_by,
        "changed_at": moment_or_none(found.changed_at),
    }


def words_of_station(found: KeptStation) -> dict[str, str]:
    """Give what may be changed of a station, as the audit log says it."""
    place = f"{found.latitude:.6f}, {found.longitude:.6f}"
    return {"name": found.name, "place": place, "telephone": found.telephone or ""}
