"""Whether a place can be right: within the country, and within a frame around its district's outline."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from server.core.geo import Point, gcj02_to_wgs84
from server.core.refused import Refused

# South-west and north-east.
Frame = tuple[Point, Point]
# A rough frame of the country; a swapped pair of coordinates falls outside of it.
CHINA: Frame = (Point(3.0, 73.0), Point(54.0, 136.0))
# An outline is drawn coarsely and a gate may stand outside of it; a wrong figure is far beyond this.
FRAME_MARGIN_DEGREES = 0.05


class Datum(StrEnum):
    """In which coordinate system somebody gives a place."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


def frame_of(outline: Mapping[str, Any] | None) -> Frame | None:
    """Give the corners (south-west, north-east) of an outline, with a margin."""
    if outline is None:
        return None
    polygons = outline["coordinates"] if outline["type"] == "MultiPolygon" else [outline["coordinates"]]
    corners = [corner for rings in polygons for ring in rings for corner in ring]
    longitudes, latitudes = [corner[0] for corner in corners], [corner[1] for corner in corners]
    margin = FRAME_MARGIN_DEGREES
    return (
        Point(min(latitudes) - margin, min(longitudes) - margin),
        Point(max(latitudes) + margin, max(longitudes) + margin),
    )


def inside(point: Point, frame: Frame) -> bool:
    """Tell whether a place is within a frame, on its edges too."""
    south_west, north_east = frame
    return (
        south_west.latitude <= point.latitude <= north_east.latitude
        and south_west.longitude <= point.longitude <= north_east.longitude
    )


def is_swapped(point: Point) -> bool:
    """Tell whether a place outside the country lies within it with its two numbers the other way round."""
    return inside(Point(point.longitude, point.latitude), CHINA)


def placed(latitude: float, longitude: float, datum: Datum, outline: Mapping[str, Any] | None) -> Point:
    """Give a place in WGS-84 that somebody gave in one of the two systems, in degrees.

    Raises ``Refused``: ``place_swapped``, ``place_outside_country``, ``place_outside_district`` (beyond the outline).
    """
    given = Point(latitude, longitude)
    point = gcj02_to_wgs84(given) if datum == Datum.GCJ02 else given
    if not inside(point, CHINA):
        raise Refused("place_swapped" if is_swapped(point) else "place_outside_country")
    frame = frame_of(outline)
    if frame is not None and not inside(point, frame):
        raise Refused("place_outside_district")
    return point
