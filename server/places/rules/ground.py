"""What a map is drawn from where nobody has given it: the district's outline, and the borders between stations' areas.

All in plain metres around the middle of the places, which is good to a few metres over the size of a district.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from server.core.geo import EARTH_RADIUS_M

# A place as latitude, longitude and the station that it belongs to.
Place = tuple[float, float, int]
Spot = tuple[float, float]
# A corner of a cell, and which place's cell lies beyond the edge that begins there (None: nobody's).
Corner = tuple[Spot, int | None]

# Posts stand in the outline, not on it.
AROUND_M = 800.0
ROUND_CORNERS = 24
METRES_A_DEGREE = math.radians(1) * EARTH_RADIUS_M
DECIMALS = 6  # of a degree: 10 cm


@lru_cache(maxsize=8)
def outline_around(places: tuple[Place, ...]) -> dict[str, object] | None:
    """Draw an outline around places, 800 m off the outermost ones: a GeoJSON polygon; ``None`` without places."""
    if not places:
        return None
    plane = _Plane(places)
    turns = [2 * math.pi * step / ROUND_CORNERS for step in range(ROUND_CORNERS)]
    around = [
        (east + AROUND_M * math.cos(turn), north + AROUND_M * math.sin(turn))
        for east, north in plane.spots
        for turn in turns
    ]
    ring = [plane.degrees(spot) for spot in _hull(around)]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


@lru_cache(maxsize=8)
def borders_between(places: tuple[Place, ...]) -> dict[str, object]:
    """Draw the borders between stations: each place is in the area of the station whose place is nearest.

    Gives a GeoJSON multi line string; it goes beyond the outline, within which a map shows it.
    """
    plane = _Plane(places)
    lines = [
        [plane.degrees(one), plane.degrees(other)]
        for own, cell in enumerate(_cells(plane))
        for (one, beyond), (other, _) in zip(cell, cell[1:] + cell[:1], strict=True)
        # Each border lies between two cells: drawn by the first of them.
        if beyond is not None and own < beyond and places[own][2] != places[beyond][2]
    ]
    return {"type": "MultiLineString", "coordinates": lines}


def rings_of(areas: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Give the edges of areas that are known, as a GeoJSON multi line string."""
    lines = []
    for area in areas:
        pieces = area["coordinates"] if area["type"] == "MultiPolygon" else [area["coordinates"]]
        lines += [ring for rings in pieces for ring in rings]
    return {"type": "MultiLineString", "coordinates": lines}


class _Plane:
    """A flat map around the middle of some places."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._latitude = sum(one[0] for one in places) / max(1, len(places))
        self._longitude = sum(one[1] for one in places) / max(1, len(places))
        self._across = METRES_A_DEGREE * math.cos(math.radians(self._latitude))
        self.spots: list[Spot] = [
            (
                (longitude - self._longitude) * self._across,
                (latitude - self._latitude) * METRES_A_DEGREE,
            )
            for latitude, longitude, _station in places
        ]

    def degrees(self, spot: Spot) -> list[float]:
        """Turn metres into longitude and latitude, as GeoJSON has them."""
        return [
            round(self._longitude + spot[0] / self._across, DECIMALS),
            round(self._latitude + spot[1] / METRES_A_DEGREE, DECIMALS),
        ]


def _hull(spots: list[Spot]) -> list[Spot]:
    """Give the convex hull, against the clock."""
    ordered = sorted(set(spots))

    def half(row: Sequence[Spot]) -> list[Spot]:
        kept: list[Spot] = []
        for spot in row:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], spot) <= 0:
                kept.pop()
            kept.append(spot)
        return kept[:-1]

    return half(ordered) + half(ordered[::-1])


def _turn(one: Spot, two: Spot, three: Spot) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


def _cells(plane: _Plane) -> Iterator[list[Corner]]:
    """Give for each place what is nearer to it than to any other, within a wide square around all."""
    spots = np.array(plane.spots, dtype=float).reshape(-1, 2)
    reach = 2 * AROUND_M + float(np.abs(spots).max(initial=0.0)) * 2
    square: list[Spot] = [(-reach, -reach), (reach, -reach), (reach, reach), (-reach, reach)]
    for own, here in enumerate(plane.spots):
        cell: list[Corner] = [(corner, None) for corner in square]
        distances = np.hypot(spots[:, 0] - here[0], spots[:, 1] - here[1])
        for other in np.argsort(distances, kind="stable"):
            away = float(distances[other])
            # Two posts at one gate have one cell.
            if other == own or away == 0:
                continue
            if away > 2 * max(math.dist(here, corner) for corner, _beyond in cell):
                break
            cell = _nearer(cell, here, plane.spots[other], int(other))
        yield cell


def _nearer(cell: list[Corner], here: Spot, there: Spot, number: int) -> list[Corner]:
    """Cut a cell along the middle line between two places and keep what is nearer to ``here``."""
    middle = ((here[0] + there[0]) / 2, (here[1] + there[1]) / 2)
    across = (there[0] - here[0], there[1] - here[1])
    sides = [(x - middle[0]) * across[0] + (y - middle[1]) * across[1] for (x, y), _beyond in cell]
    if max(sides) <= 0:
        return cell
    kept: list[Corner] = []
    for (spot, beyond), side, (follows, _), next_side in zip(
        cell, sides, cell[1:] + cell[:1], sides[1:] + sides[:1], strict=True
    ):
        if side <= 0:
            kept.append((spot, beyond))
        if (side <= 0) != (next_side <= 0):
            share = side / (side - next_side)
            cut = (spot[0] + share * (follows[0] - spot[0]), spot[1] + share * (follows[1] - spot[1]))
            # Where it leaves, the new edge begins; where it comes back, the old one goes on.
            kept.append((cut, number if side <= 0 else beyond))
    return kept
