"""Places on the earth: distance, direction, inside or outside, and the two Chinese coordinate systems.

Distances are on a sphere of mean radius: within 0.5 % of the ellipsoid, far below a phone's own error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, atan2, cos, degrees, pi, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Point:
    """A place in WGS-84 degrees. The readers of requests and files let no number off the globe through."""

    latitude: float
    longitude: float


def distance_m(one: Point, other: Point) -> float:
    """Measure the great-circle distance in metres (haversine, exact for neighbours and antipodes)."""
    south, north = radians(one.latitude), radians(other.latitude)
    half = (
        sin((north - south) / 2) ** 2
        + cos(south) * cos(north) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, half)))


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds in degrees; both ends belong to it."""

    south: float
    west: float
    north: float
    east: float


def box_around(point: Point, reach_m: float) -> Box:
    """Give bounds that hold every place within a reach; near the poles and the date line they hold all longitudes."""
    # A little more than asked, so that no rounding leaves anybody outside.
    angle = reach_m * 1.001 / EARTH_RADIUS_M
    south, north = point.latitude - degrees(angle), point.latitude + degrees(angle)
    turn = 180.0
    if south > -90 and north < 90:
        turn = degrees(asin(min(1.0, sin(min(angle, pi / 2)) / cos(radians(point.latitude)))))
    west, east = point.longitude - turn, point.longitude + turn
    if west < -180 or east > 180:
        west, east = -180.0, 180.0
    return Box(south, west, north, east)


def bearing_deg(start: Point, target: Point) -> float:
    """Give the direction to set out in, degrees clockwise from north, ``[0, 360)``; 0 for the same place."""
    here, there = radians(start.latitude), radians(target.latitude)
    turn = radians(target.longitude - start.longitude)
    east = sin(turn) * cos(there)
    north = cos(here) * sin(there) - sin(here) * cos(there) * cos(turn)
    # A tiny negative angle plus 360 rounds to 360 itself, hence the second remainder.
    return degrees(atan2(east, north)) % 360.0 % 360.0


# GCJ-02: the coordinate system of maps published in mainland China. The formulas are the widely published
# ones (docs/sources.md, "GCJ-02"); no authority publishes them.
_AXIS_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323


def wgs84_to_gcj02(point: Point) -> Point:
    """Shift a WGS-84 point to GCJ-02; outside the mainland's rectangle the two are the same."""
    if not _in_china(point):
        return point
    north, east = _shift(point)
    return Point(point.latitude + north, point.longitude + east)


def gcj02_to_wgs84(point: Point) -> Point:
    """Shift a GCJ-02 point back to WGS-84, to within a centimetre.

    There is no closed inverse. The shift changes slowly with the place, so guessing and correcting by the
    error of the guess converges in a few rounds.
    """
    if not _in_china(point):
        return point
    guess = point
    for _ in range(6):
        north, east = _shift(guess)
        guess = Point(point.latitude - north, point.longitude - east)
    return guess


def _in_china(point: Point) -> bool:
    return 0.8293 <= point.latitude <= 55.8271 and 72.004 <= point.longitude <= 137.8347


def _shift(point: Point) -> tuple[float, float]:
    """Give the shift from WGS-84 to GCJ-02 in degrees north and east."""
    x, y = point.longitude - 105.0, point.latitude - 35.0
    common = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    latitude = radians(point.latitude)
    flat = 1 - _ECCENTRICITY_SQUARED * sin(latitude) ** 2
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY_SQUARED) / (flat * sqrt(flat))
    parallel_m = _AXIS_M / sqrt(flat) * cos(latitude)
    return degrees(north / meridian_m), degrees(east / parallel_m)
