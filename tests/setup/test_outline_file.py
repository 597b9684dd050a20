"""Reading an outline from GeoJSON: whatever program drew it, a map gets rings that it can draw, or it is refused."""

import json
import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.geo import Point, distance_m, wgs84_to_gcj02
from server.core.refused import Refused
from server.places.rules.outlines import NamedArea, assign, corners, geojson, outside
from server.setup.files.outline_file import MAX_CORNERS, METRES_A_DEGREE, read_areas, thin

SQUARE = [[117.2, 31.8], [117.4, 31.8], [117.4, 32.0], [117.2, 32.0], [117.2, 31.8]]


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(geometry: dict[str, Any] | None, **properties: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def file(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def moved(east: float) -> list[list[float]]:
    return [[longitude + east, latitude] for longitude, latitude in SQUARE]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(polygon(SQUARE)).encode(),
        json.dumps(polygon(SQUARE[:-1])).encode(),
        b"\xef\xbb\xbf" + json.dumps(feature(polygon(SQUARE))).encode(),
        file(feature(polygon([[*corner, 21.5] for corner in SQUARE]))),
        file(feature({"type": "Point", "coordinates": [117, 31]}, name="x"), feature(polygon(SQUARE))),
        json.dumps({"type": "GeometryCollection", "geometries": [polygon(SQUARE)]}).encode(),
        json.dumps({"type": "MultiPolygon", "coordinates": [[SQUARE]]}).encode("utf-16"),
    ],
    ids=["bare", "not closed", "BOM and feature", "heights", "a point beside it", "collection", "UTF-16"],
)
def test_one_square_in_many_dresses(content: bytes) -> None:
    (area,) = read_areas(content)
    assert geojson(area) == polygon(SQUARE)
    assert corners(area) == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "outline_not_geojson"),
        (b"PK\x03\x04", "outline_not_geojson"),
        (b"[" * 100_000, "outline_not_geojson"),
        (b'{"type": "Topology"}', "outline_not_geojson"),
        (file(feature(polygon(SQUARE[:2]))), "outline_not_geojson"),
        (file(feature(polygon([SQUARE[0]] * 5))), "outline_not_geojson"),
        (file(feature(polygon())), "outline_not_geojson"),
        (file(feature(polygon([["x", 1], [2, 3], [4, 5]]))), "outline_not_geojson"),
        (json.dumps(polygon([[math.nan, 31], [117, 32], [118, 31]])).encode(), "outline_not_geojson"),
        (file(), "outline_without_area"),
        (file(feature(None)), "outline_without_area"),
        (file(feature({"type": "LineString", "coordinates": SQUARE})), "outline_without_area"),
        (file(feature(polygon([[y, x] for x, y in SQUARE]))), "outline_swapped"),
        (file(feature(polygon([[x * 111_000, y * 111_000] for x, y in SQUARE]))), "outline_outside_country"),
        (b" " * (32 * 2**20 + 1), "outline_too_large"),
    ],
)
def test_what_is_no_outline_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_areas(content)
    assert refused.value.code == code


def test_an_outline_of_published_maps_is_shifted_back() -> None:
    shifted = [wgs84_to_gcj02(Point(latitude, longitude)) for longitude, latitude in SQUARE]
    (area,) = read_areas(
        file(feature(polygon([[one.longitude, one.latitude] for one in shifted]))), gcj02=True
    )
    for (longitude, latitude), (x, y) in zip(area.polygons[0][0], SQUARE, strict=True):
        assert distance_m(Point(latitude, longitude), Point(y, x)) < 0.2


def test_a_coast_of_many_corners_becomes_light_and_stays_where_it_is() -> None:
    turns = [2 * math.pi * step / 60_000 for step in range(60_000)]
    coast = [
        [117.3 + (0.1 + 0.002 * math.sin(90 * turn)) * math.cos(turn), 31.9 + 0.1 * math.sin(turn)]
        for turn in turns
    ]
    (area,) = read_areas(file(feature(polygon(coast))))
    assert 100 < corners(area) <= MAX_CORNERS
    (ring,) = area.polygons[0]
    assert max(off(corner, ring) for corner in coast[::500]) < 20


def off(corner: list[float], ring: Any) -> float:
    """Measure how far a corner is from the lines of a ring, in metres."""
    across = METRES_A_DEGREE * math.cos(math.radians(corner[1]))
    spots = [((x - corner[0]) * across, (y - corner[1]) * METRES_A_DEGREE) for x, y in ring]

    def away(one: tuple[float, float], other: tuple[float, float]) -> float:
        along = (other[0] - one[0], other[1] - one[1])
        length = along[0] ** 2 + along[1] ** 2
        share = min(1.0, max(0.0, -(one[0] * along[0] + one[1] * along[1]) / length)) if length else 0.0
        return math.hypot(one[0] + share * along[0], one[1] + share * along[1])

    return min(away(one, other) for one, other in pairwise(spots))


CORNERS = st.tuples(st.floats(117, 117.2), st.floats(31.8, 32)).map(
    lambda pair: (round(pair[0], 4), round(pair[1], 4))
)


@given(st.lists(CORNERS, min_size=3, max_size=40, unique=True), st.sampled_from([1.0, 300.0, 3_000.0]))
def test_a_thinned_ring_keeps_its_order_and_leaves_out_nothing_that_is_far(
    ring: list[tuple[float, float]], tolerance_m: float
) -> None:
    kept = thin(ring, tolerance_m)
    assert len(kept) >= 3
    assert kept == [corner for corner in ring if corner in set(kept)]
    closed = [*kept, kept[0]]
    # One plane for all in the code, one for each corner here: a little apart.
    assert all(off(list(corner), closed) <= tolerance_m * 1.02 + 1 for corner in ring)


def test_names_tell_whose_an_area_is() -> None:
    named = [
        NamedArea(name, read_areas(file(feature(polygon(SQUARE))))[0].polygons)
        for name in ("东派出所", "", "东派出所")
    ]
    found = assign(named, district="青禾区", stations=["东派出所", "西派出所"])
    assert found.district is not None and len(found.district.polygons) == 1
    assert {name: len(one.polygons) for name, one in found.stations.items()} == {"东派出所": 2}


def test_of_a_city_the_district_of_that_name_is_taken_and_none_is_guessed() -> None:
    city = [NamedArea(name, ([moved(east)],)) for name, east in (("麦浪区", 1.0), ("青禾区", 0.0))]
    found = assign(city, district="青禾区", stations=[])
    assert found.district is not None and found.district.name == "青禾区"
    with pytest.raises(Refused) as refused:
        assign(city, district="花田区", stations=[])
    assert refused.value.facts["names"] == ["麦浪区", "青禾区"]


def test_posts_in_a_hole_or_beside_it_are_outside_and_most_of_them_refuse_it() -> None:
    hole = [[117.29, 31.89], [117.31, 31.89], [117.31, 31.91], [117.29, 31.91], [117.29, 31.89]]
    (area,) = read_areas(file(feature(polygon(SQUARE, hole))))
    places = {"内": Point(31.85, 117.25), "里": Point(31.95, 117.35), "洞": Point(31.9, 117.3)}
    assert outside(area, places) == ["洞"]
    with pytest.raises(Refused) as refused:
        outside(area, {"洞": places["洞"], "远": Point(31.9, 118), "内": places["内"]})
    assert refused.value.facts == {"number": 2, "of": 3}
