"""Whether a point lies in an area of a GeoJSON file."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.geo import Point

Ring = Sequence[Sequence[float]]


def in_polygon(point: Point, rings: Sequence[Ring]) -> bool:
    """Tell whether a point lies in a GeoJSON polygon: inside the outer ring and in none of its holes.

    Rings are lists of ``[longitude, latitude]``, closed or not; an empty polygon holds nothing.
    """
    if not rings or not _in_ring(point, rings[0]):
        return False
    return not any(_in_ring(point, hole) for hole in rings[1:])


def in_multipolygon(point: Point, polygons: Sequence[Sequence[Ring]]) -> bool:
    """Tell whether a point lies in any polygon of a GeoJSON multipolygon."""
    return any(in_polygon(point, rings) for rings in polygons)


def in_area(point: Point, geometry: Mapping[str, Any]) -> bool:
    """Tell whether a point lies in a GeoJSON Polygon or MultiPolygon; another type raises ``ValueError``."""
    if geometry["type"] == "Polygon":
        return in_polygon(point, geometry["coordinates"])
    if geometry["type"] == "MultiPolygon":
        return in_multipolygon(point, geometry["coordinates"])
    raise ValueError("neither Polygon nor MultiPolygon")


def _in_ring(point: Point, ring: Ring) -> bool:
    """Count the edges that a ray to the east crosses; half-open in latitude, so a corner counts once."""
    inside = False
    for index, corner in enumerate(ring):
        before = ring[index - 1]
        if (corner[1] > point.latitude) == (before[1] > point.latitude):
            continue
        reach = (before[0] - corner[0]) * (point.latitude - corner[1]) / (before[1] - corner[1]) + corner[0]
        if point.longitude < reach:
            inside = not inside
    return inside
