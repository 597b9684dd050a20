"""The outline and the borders that a map is drawn from where nobody has given any."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.geo import Point, distance_m
from server.demo.shapes import distance_to_edge, inside
from server.places.rules.ground import AROUND_M, Place, borders_between, outline_around

HERE = (31.88, 117.26)
PLACES = st.lists(
    st.tuples(
        st.integers(-400, 400).map(lambda step: HERE[0] + step / 4_000),
        st.integers(-400, 400).map(lambda step: HERE[1] + step / 4_000),
        st.integers(1, 4),
    ),
    max_size=25,
).map(tuple)


def nearest_m(places: tuple[Place, ...], longitude: float, latitude: float) -> dict[int, float]:
    """Measure how far each station's nearest place is."""
    found: dict[int, float] = {}
    for one in places:
        away = distance_m(Point(latitude, longitude), Point(one[0], one[1]))
        found[one[2]] = min(away, found.get(one[2], math.inf))
    return found


@settings(deadline=None)
@given(places=PLACES)
def test_on_a_border_two_stations_are_equally_near_and_no_other_is_nearer(places: tuple[Place, ...]) -> None:
    borders = borders_between(places)
    assert borders["type"] == "MultiLineString"
    for (west, south), (east, north) in borders["coordinates"]:
        for share in (0.25, 0.75):
            away = nearest_m(places, west + share * (east - west), south + share * (north - south))
            first, second, *_others = sorted(away.values())
            assert second - first < 0.005 * second + 2


@settings(deadline=None)
@given(places=PLACES)
def test_going_from_one_station_to_another_a_border_is_crossed(places: tuple[Place, ...]) -> None:
    lines = borders_between(places)["coordinates"]
    for one in places[:4]:
        for other in places[:4]:
            crossed = sum(crosses(one, other, line) for line in lines)
            apart = math.dist(one[:2], other[:2]) > 0
            if apart and one[2] != other[2] and not any(on_two(places, at) for at in (one, other)):
                assert crossed > 0


def on_two(places: tuple[Place, ...], at: Place) -> bool:
    """Tell whether another station has a place at the very same gate."""
    return any(one[:2] == at[:2] and one[2] != at[2] for one in places)


def crosses(one: Place, other: Place, line: list[list[float]]) -> bool:
    def side(a: list[float], b: list[float], c: list[float]) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    start, end, (first, second) = [one[1], one[0]], [other[1], other[0]], line
    tiny = 1e-12
    return (
        side(start, end, first) * side(start, end, second) <= tiny
        and side(first, second, start) * side(first, second, end) <= tiny
    )


@settings(deadline=None)
@given(places=PLACES.filter(bool))
def test_the_outline_is_a_closed_ring_with_every_place_well_inside(places: tuple[Place, ...]) -> None:
    outline = outline_around(places)
    (ring,) = outline["coordinates"]
    assert ring[0] == ring[-1]
    across = math.cos(math.radians(HERE[0])) * 111_195
    flat = [(east * across, north * 111_195) for east, north in ring[:-1]]
    for latitude, longitude, _station in places:
        spot = (longitude * across, latitude * 111_195)
        assert inside(flat, spot)
        assert distance_to_edge(flat, spot) > 0.98 * AROUND_M


def test_without_places_there_is_nothing_to_draw() -> None:
    assert outline_around(()) is None
    assert borders_between(())["coordinates"] == []


@pytest.mark.parametrize("stations", [(1, 1), (1, 2)])
def test_a_border_lies_between_two_stations_alone(stations: tuple[int, int]) -> None:
    places = ((31.88, 117.25, stations[0]), (31.88, 117.27, stations[1]))
    lines = borders_between(places)["coordinates"]
    assert len(lines) == len(set(stations)) - 1
    for line in lines:
        assert all(longitude == pytest.approx(117.26) for longitude, _latitude in line)
