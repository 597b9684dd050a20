"""Reading the outline of a district: a GeoJSON file becomes named areas in WGS-84, light enough for each map."""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from server.core.geo import Point, gcj02_to_wgs84
from server.core.refused import Refused
from server.places.rules.outlines import NamedArea, Ring

MAX_FILE_BYTES = 32 * 2**20
# Each page of a console loads them; a map of 2,000 corners looks as one of 200,000.
MAX_CORNERS = 2_000
FIRST_TOLERANCE_M, LAST_TOLERANCE_M = 1.0, 2_000.0
METRES_A_DEGREE = 111_195.0
DECIMALS = 6  # of a degree: 10 cm
# A rough frame of the country: longitude, latitude.
_CHINA = ((73.0, 136.0), (3.0, 54.0))
# A file of these types in one another is read as far as these many deep.
_DEEPEST = 20


def read_areas(content: bytes, *, gcj02: bool = False) -> tuple[NamedArea, ...]:
    """Read every feature with an area in a GeoJSON file; its name is the property ``name`` or ``名称``.

    Rings are closed where they are not, and thinned out (1 m at first) to at most 2,000 corners in all. ``gcj02``:
    the places are shifted as on maps published in mainland China, and are shifted back.
    Raises ``Refused``: ``outline_too_large``, ``outline_not_geojson``, ``outline_without_area``, ``outline_swapped``,
    ``outline_outside_country``.
    """
    if len(content) > MAX_FILE_BYTES:
        raise Refused("outline_too_large")
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as why:
        raise Refused("outline_not_geojson") from why
    found = [(name, [_rings(one) for one in pieces]) for name, pieces in _features(whole, "", _DEEPEST)]
    found = [(name, pieces) for name, pieces in found if pieces]
    if not found:
        raise Refused("outline_without_area")
    _check_country(ring for _name, pieces in found for rings in pieces for ring in rings)
    return _light(found, gcj02=gcj02)


def _features(part: object, name: str, deep: int) -> Iterator[tuple[str, list[object]]]:
    """Give each feature's name with its polygons, as lists of rings."""
    if not isinstance(part, dict) or deep == 0:
        raise Refused("outline_not_geojson")
    kind = part.get("type")
    if kind == "FeatureCollection":
        for one in _listed(part.get("features")):
            yield from _features(one, name, deep - 1)
    elif kind == "Feature":
        told = part.get("properties") or {}
        named = (
            next((told[key] for key in ("name", "名称") if told.get(key)), "")
            if isinstance(told, dict)
            else ""
        )
        yield str(named).strip(), list(_polygons(part.get("geometry"), deep - 1))
    else:
        yield name, list(_polygons(part, deep))


def _polygons(geometry: object, deep: int) -> Iterator[object]:
    """Give the polygons of a geometry; points and lines are left out."""
    if geometry is None:
        return
    if not isinstance(geometry, dict) or not isinstance(geometry.get("type"), str) or deep == 0:
        raise Refused("outline_not_geojson")
    kind = geometry["type"]
    if kind == "Polygon":
        yield geometry.get("coordinates")
    elif kind == "MultiPolygon":
        yield from _listed(geometry.get("coordinates"))
    elif kind == "GeometryCollection":
        for one in _listed(geometry.get("geometries")):
            yield from _polygons(one, deep - 1)
    elif kind not in {"Point", "MultiPoint", "LineString", "MultiLineString"}:
        raise Refused("outline_not_geojson")


def _rings(polygon: object) -> list[Ring]:
    """Read the rings of a polygon, without the repeated first corner."""
    rings = list[Ring]()
    for ring in _listed(polygon):
        corners = [_corner(one) for one in _listed(ring)]
        if len(corners) > 1 and corners[0] == corners[-1]:
            corners.pop()
        if len(set(corners)) < 3:
            raise Refused("outline_not_geojson")
        rings.append(corners)
    if not rings:
        raise Refused("outline_not_geojson")
    return rings


def _corner(position: object) -> tuple[float, float]:
    """Read longitude and latitude; a height may follow."""
    pair = _listed(position)[:2]
    if len(pair) < 2 or not all(isinstance(one, int | float) and math.isfinite(one) for one in pair):
        raise Refused("outline_not_geojson")
    return float(pair[0]), float(pair[1])


def _listed(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise Refused("outline_not_geojson")
    return value


def _check_country(rings: Iterator[Ring]) -> None:
    """Refuse what lies outside the country; swapped coordinates and metres do."""
    east, north = _CHINA
    corners = np.array([corner for ring in rings for corner in ring])

    def lie(longitudes: Any, latitudes: Any) -> bool:
        within = (
            (longitudes >= east[0])
            & (longitudes <= east[1])
            & (latitudes >= north[0])
            & (latitudes <= north[1])
        )
        return bool(within.all())

    if lie(corners[:, 0], corners[:, 1]):
        return
    raise Refused("outline_swapped" if lie(corners[:, 1], corners[:, 0]) else "outline_outside_country")


def _light(found: Sequence[tuple[str, list[list[Ring]]]], *, gcj02: bool) -> tuple[NamedArea, ...]:
    """Thin rings out until all have few corners enough, then shift them and close them."""
    tolerance = FIRST_TOLERANCE_M
    while True:
        thinned = [
            (name, [[thin(ring, tolerance) for ring in one] for one in pieces]) for name, pieces in found
        ]
        number = sum(len(ring) for _name, pieces in thinned for one in pieces for ring in one)
        if number <= MAX_CORNERS or tolerance >= LAST_TOLERANCE_M:
            break
        tolerance *= 2
    if number > MAX_CORNERS:
        raise Refused("outline_too_large")
    return tuple(
        NamedArea(name, tuple(tuple(_closed(ring, gcj02=gcj02) for ring in one) for one in pieces))
        for name, pieces in thinned
    )


def _closed(ring: Ring, *, gcj02: bool) -> tuple[tuple[float, float], ...]:
    places = [Point(latitude, longitude) for longitude, latitude in ring]
    shifted = [gcj02_to_wgs84(place) for place in places] if gcj02 else places
    corners = [(round(one.longitude, DECIMALS), round(one.latitude, DECIMALS)) for one in shifted]
    return (*corners, corners[0])


def thin(ring: Ring, tolerance_m: float) -> Ring:
    """Leave out the corners of a ring without which it moves by less than a tolerance; three always stay.

    Douglas and Peucker's way: a stretch keeps its farthest corner while that one is too far off its chord.
    """
    corners = np.array(ring) * [METRES_A_DEGREE * math.cos(math.radians(ring[0][1])), METRES_A_DEGREE]
    far = int(np.argmax(np.hypot(*(corners - corners[0]).T)))
    closed = np.vstack([corners, corners[:1]])
    keep = {0, far, int(np.argmax(_off(corners, corners[0], corners[far])))}
    stretches = [(0, far), (far, len(ring))]
    while stretches:
        begin, end = stretches.pop()
        if end - begin < 2:
            continue
        off = _off(closed[begin + 1 : end], closed[begin], closed[end])
        most = int(np.argmax(off))
        if off[most] > tolerance_m:
            middle = begin + 1 + most
            keep.add(middle)
            stretches += [(begin, middle), (middle, end)]
    # A ring without an area stays as it is.
    return [ring[number] for number in sorted(keep)] if len(keep) > 2 else ring


def _off(spots: Any, one: Any, other: Any) -> Any:
    """Give how far spots are from the stretch between two."""
    along = other - one
    length = float(along @ along)
    share = np.clip((spots - one) @ along / length, 0, 1) if length else np.zeros(len(spots))
    return np.hypot(*(spots - one - share[:, None] * along).T)
