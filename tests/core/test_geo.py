"""Distances, directions, coordinate systems, areas."""

from math import asin, atan2, cos, degrees, radians, sin

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.core.geo import EARTH_RADIUS_M, Point, bearing_deg, distance_m, gcj02_to_wgs84, wgs84_to_gcj02
from tests.alarm.strategies import anywhere, mainland


def walk(start: Point, way_deg: float, way_m: float) -> Point:
    """Go along a great circle: the direct problem, of which distance and bearing are the inverse."""
    angle, way = way_m / EARTH_RADIUS_M, radians(way_deg)
    latitude = radians(start.latitude)
    reached = asin(sin(latitude) * cos(angle) + cos(latitude) * sin(angle) * cos(way))
    turn = atan2(sin(way) * sin(angle) * cos(latitude), cos(angle) - sin(latitude) * sin(reached))
    longitude = (start.longitude + degrees(turn) + 540) % 360 - 180
    return Point(degrees(reached), longitude)


@given(start=anywhere, way_deg=st.floats(0, 359.99), way_m=st.floats(1, 5_000_000))
def test_distance_and_bearing_undo_a_walk(start: Point, way_deg: float, way_m: float) -> None:
    assume(abs(start.latitude) < 85)
    target = walk(start, way_deg, way_m)
    assert distance_m(start, target) == pytest.approx(way_m, rel=1e-6, abs=1e-3)
    off = abs(bearing_deg(start, target) - way_deg) % 360
    assert min(off, 360 - off) < 0.05


@given(one=anywhere, other=anywhere, third=anywhere)
def test_distance_is_a_distance(one: Point, other: Point, third: Point) -> None:
    assert distance_m(one, one) == 0
    assert distance_m(one, other) == pytest.approx(distance_m(other, one))
    assert distance_m(one, third) <= distance_m(one, other) + distance_m(other, third) + 0.01
    assert 0 <= bearing_deg(one, other) < 360


def test_a_degree_of_latitude_and_half_way_round() -> None:
    assert distance_m(Point(31, 117), Point(32, 117)) == pytest.approx(111_195, abs=1)
    assert distance_m(Point(0, 0), Point(0, 180)) == pytest.approx(3.14159265 * EARTH_RADIUS_M, rel=1e-8)
    assert distance_m(Point(10, 179.999), Point(10, -179.999)) < 220


@given(point=mainland)
def test_there_and_back_between_the_two_systems(point: Point) -> None:
    assert distance_m(gcj02_to_wgs84(wgs84_to_gcj02(point)), point) < 0.01
    assert distance_m(wgs84_to_gcj02(gcj02_to_wgs84(point)), point) < 0.01
    assert 20 < distance_m(wgs84_to_gcj02(point), point) < 1500


@given(point=anywhere)
def test_the_systems_are_one_outside_the_mainland(point: Point) -> None:
    assume(not (0.8 <= point.latitude <= 55.9 and 72 <= point.longitude <= 137.9))
    assert wgs84_to_gcj02(point) == point == gcj02_to_wgs84(point)


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [  # the test data of googollee/eviltransform
        (Point(31.1774276, 121.5272106), Point(31.17530398364597, 121.531541859215)),
        (Point(22.543847, 113.912316), Point(22.540796131694766, 113.9171764808363)),
        (Point(39.911954, 116.377817), Point(39.91334545536069, 116.38404722455657)),
    ],
)
def test_shift_as_published_elsewhere(wgs84: Point, gcj02: Point) -> None:
    assert distance_m(wgs84_to_gcj02(wgs84), gcj02) < 0.5
    assert distance_m(gcj02_to_wgs84(gcj02), wgs84) < 0.5
