"""Which areas of a file are a district's outline and its stations' areas, and whether the outline can be right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from server.core.geo import Point
from server.core.refused import Refused

# Longitude and latitude, as GeoJSON has them.
Corner = tuple[float, float]
Ring = Sequence[Corner]
# Rings of a polygon: its edge, then its holes.
Rings = Sequence[Ring]
GeoJson = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NamedArea:
    """An area of a file with its name, if it has one: polygons with closed rings."""

    name: str
    polygons: Sequence[Rings]


@dataclass(frozen=True, slots=True)
class Outlines:
    """A district's outline, if the file has one, and the areas of its stations by their names."""

    district: NamedArea | None
    stations: Mapping[str, NamedArea]


def assign(areas: Iterable[NamedArea], *, district: str, stations: Iterable[str]) -> Outlines:
    """Tell by the names what each area is: a station's, the district's, or the only one that is left over.

    Raises ``Refused("several_outlines")`` (names) where several are left over and none has the district's name.
    """
    known = set(stations)
    of_stations: dict[str, list[NamedArea]] = {}
    others = []
    for one in areas:
        if one.name in known:
            of_stations.setdefault(one.name, []).append(one)
        else:
            others.append(one)
    if len(others) > 1:
        named = [one for one in others if one.name == district]
        if not named and any(one.name != others[0].name for one in others):
            raise Refused("several_outlines", names=[one.name or "?" for one in others])
        others = named or others
    return Outlines(
        _together(others) if others else None, {name: _together(some) for name, some in of_stations.items()}
    )


def outside(area: NamedArea, places: Mapping[str, Point]) -> list[str]:
    """Name the places that lie outside an area.

    Raises ``Refused("posts_outside_outline")`` (number, of) where most do: it is another district's, or of another
    coordinate system.
    """
    found = [name for name, place in places.items() if not _holds(area, place)]
    if len(found) * 2 > len(places):
        raise Refused("posts_outside_outline", number=len(found), of=len(places))
    return found


def geojson(area: NamedArea) -> GeoJson:
    """Give an area as it is stored: a polygon, or several as a multipolygon."""
    polygons = [[[list(corner) for corner in ring] for ring in rings] for rings in area.polygons]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def corners(area: NamedArea) -> int:
    """Count the corners of an area."""
    return sum(len(ring) - 1 for rings in area.polygons for ring in rings)


def _together(areas: Sequence[NamedArea]) -> NamedArea:
    return NamedArea(areas[0].name, tuple(rings for one in areas for rings in one.polygons))


def _holds(area: NamedArea, place: Point) -> bool:
    """Tell whether a place is in one of the polygons: a line from it crosses their rings an odd number of times."""
    return any(sum(_crossings(ring, place) for ring in rings) % 2 for rings in area.polygons)


def _crossings(ring: Ring, place: Point) -> int:
    return sum(
        1
        for (x, y), (next_x, next_y) in pairwise(ring)
        if (y > place.latitude) != (next_y > place.latitude)
        and place.longitude < x + (place.latitude - y) / (next_y - y) * (next_x - x)
    )
