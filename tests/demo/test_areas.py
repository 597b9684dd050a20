"""The tool that says whether a point lies in an area: the tests of the demo district rest on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.geo import Point
from tests.tools.areas import in_area, in_multipolygon, in_polygon


def square(west: float, south: float, size: float = 1.0) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


@given(
    latitude=st.floats(0, 2.999) | st.integers(0, 2),
    longitude=st.floats(0, 2.999) | st.integers(0, 2),
)
def test_areas_that_share_borders_hold_each_point_once(latitude: float, longitude: float) -> None:
    tiles = [[square(west, south)] for west in range(3) for south in range(3)]
    point = Point(latitude, longitude)
    assert sum(in_polygon(point, tile) for tile in tiles) == 1
    assert in_multipolygon(point, tiles)
    assert in_area(point, {"type": "MultiPolygon", "coordinates": tiles})


@given(latitude=st.floats(-1, 4), longitude=st.floats(-1, 4))
def test_a_hole_is_outside_whatever_way_the_rings_turn(latitude: float, longitude: float) -> None:
    outer, hole = square(0, 0, 3), square(1, 1)
    point = Point(latitude, longitude)
    inside = 0 <= latitude < 3 and 0 <= longitude < 3 and not (1 <= latitude < 2 and 1 <= longitude < 2)
    for rings in ([outer, hole], [outer[::-1], hole], [outer[:-1], hole[:-1]]):
        assert in_area(point, {"type": "Polygon", "coordinates": rings}) == inside


def test_other_shapes_are_no_areas() -> None:
    assert not in_polygon(Point(0, 0), [])
    with pytest.raises(ValueError, match="Polygon"):
        in_area(Point(0, 0), {"type": "Point", "coordinates": [0, 0]})
