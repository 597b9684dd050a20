"""Plane geometry for drawing the demo district, in metres east and north of its middle."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Spot = tuple[float, float]
Ring = list[Spot]

METRES_PER_DEGREE = 111_320.0
OUTLINE_FILE = Path(__file__).with_name("luyang.geojson")


@dataclass(frozen=True, slots=True)
class Plane:
    """A flat map around a middle: good to a metre over the 25 km of a district."""

    latitude: float
    longitude: float

    def flat(self, longitude: float, latitude: float) -> Spot:
        """Turn degrees into metres east and north of the middle."""
        east = (longitude - self.longitude) * METRES_PER_DEGREE * math.cos(math.radians(self.latitude))
        return east, (latitude - self.latitude) * METRES_PER_DEGREE

    def degrees(self, spot: Spot) -> Spot:
        """Turn metres into longitude and latitude, rounded to some 10 cm."""
        east_degree = METRES_PER_DEGREE * math.cos(math.radians(self.latitude))
        return (
            round(self.longitude + spot[0] / east_degree, 6),
            round(self.latitude + spot[1] / METRES_PER_DEGREE, 6),
        )


def read_outline() -> tuple[dict[str, object], Plane, Ring]:
    """Read the district's outline: GeoJSON MultiPolygon, its plane, and its ring in metres without the end."""
    feature = json.loads(OUTLINE_FILE.read_text(encoding="utf-8"))["features"][0]
    geometry = feature["geometry"]
    corners = geometry["coordinates"][0][0][:-1]
    plane = Plane(
        latitude=sum(corner[1] for corner in corners) / len(corners),
        longitude=sum(corner[0] for corner in corners) / len(corners),
    )
    return geometry, plane, [plane.flat(*corner) for corner in corners]


def inside(ring: Ring, spot: Spot) -> bool:
    """Tell whether a spot lies in a ring."""
    east, north = spot
    found = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > north) != (y2 > north) and east < (x2 - x1) * (north - y1) / (y2 - y1) + x1:
            found = not found
    return found


def distance_to_edge(ring: Ring, spot: Spot) -> float:
    """Measure how far a spot is from the nearest edge of a ring."""
    return min(_to_segment(spot, one, two) for one, two in zip(ring, ring[1:] + ring[:1], strict=True))


def area(ring: Ring) -> float:
    """Measure a ring's area in square metres."""
    return abs(_signed(ring))


def nearer_part(rings: list[Ring], here: Spot, there: Spot) -> list[Ring]:
    """Cut rings along the middle line between two spots and keep what is nearer to ``here``.

    A ring with bays may fall into several pieces; each comes back as a ring of its own.
    """
    middle = ((here[0] + there[0]) / 2, (here[1] + there[1]) / 2)
    away = (there[0] - here[0], there[1] - here[1])

    def beyond(spot: Spot) -> float:
        return (spot[0] - middle[0]) * away[0] + (spot[1] - middle[1]) * away[1]

    def along(spot: Spot) -> float:
        return (spot[1] - middle[1]) * away[0] - (spot[0] - middle[0]) * away[1]

    kept: list[Ring] = []
    for ring in rings:
        sides = [beyond(spot) for spot in ring]
        if max(sides) <= 0:
            kept.append(ring)
        elif min(sides) < 0:
            kept.extend(_join(_chains(ring, sides), along))
    return kept


def _chains(ring: Ring, sides: list[float]) -> list[Ring]:
    """Walk round a ring and give the parts on the kept side, each with the cut at both its ends."""
    size = len(ring)
    start = next(index for index in range(size) if sides[index - 1] > 0 >= sides[index])
    chains: list[Ring] = []
    for step in range(size):
        index, before = (start + step) % size, (start + step - 1) % size
        if (sides[index] > 0) != (sides[before] > 0):
            share = sides[before] / (sides[before] - sides[index])
            (x1, y1), (x2, y2) = ring[before], ring[index]
            cut = (x1 + share * (x2 - x1), y1 + share * (y2 - y1))
            if sides[index] <= 0:
                chains.append([cut])
            else:
                chains[-1].append(cut)
        if sides[index] <= 0:
            chains[-1].append(ring[index])
    return chains


def _join(chains: list[Ring], along: Callable[[Spot], float]) -> list[Ring]:
    """Close chains along the cut: on the line, cuts belong together in pairs, first with second."""
    ends = sorted(
        [(along(chain[0]), number, True) for number, chain in enumerate(chains)]
        + [(along(chain[-1]), number, False) for number, chain in enumerate(chains)]
    )
    follows: dict[int, int] = {}
    for (_, one, one_begins), (_, two, _two_begins) in zip(ends[::2], ends[1::2], strict=True):
        if one_begins:
            follows[two] = one
        else:
            follows[one] = two
    rings: list[Ring] = []
    left = set(follows)
    while left:
        first = number = min(left)
        ring: Ring = []
        while number in left:
            left.remove(number)
            ring.extend(chains[number])
            number = follows[number]
        if number == first:
            rings.append(ring)
    return rings


def _signed(ring: Ring) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def _to_segment(spot: Spot, one: Spot, two: Spot) -> float:
    (x, y), (x1, y1), (x2, y2) = spot, one, two
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
    return math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1))
