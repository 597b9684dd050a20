"""Where everything lies in the demo district: posts dense in the south-east like a city, stations among them."""

import math
from random import Random

from server.demo.shapes import Ring, Spot, area, distance_to_edge, inside, nearer_part

POSTS = 201
STATIONS = 12
# Two gates closer than this would hide each other on the map.
SPACING_M = 230.0
FROM_EDGE_M = 120.0
BESIDE_M = 75.0
# East and north of the outline's middle in metres, the spread around it, and its share of the posts.
CENTRES = (((7_400.0, -3_600.0), 2_300.0, 0.62), ((3_600.0, 1_000.0), 2_600.0, 0.25))


def place_posts(random: Random, ring: Ring) -> list[Spot]:
    """Scatter the posts inside a ring; the first is the one nearest to the middle of the city."""
    west, east = min(spot[0] for spot in ring), max(spot[0] for spot in ring)
    south, north = min(spot[1] for spot in ring), max(spot[1] for spot in ring)
    spots: list[Spot] = []
    while len(spots) < POSTS:
        spot = _throw(random, (west, south, east, north))
        if any(math.dist(spot, other) < SPACING_M for other in spots) or not inside(ring, spot):
            continue
        if distance_to_edge(ring, spot) >= FROM_EDGE_M:
            spots.append(spot)
    first = min(spots, key=lambda spot: math.dist(spot, CENTRES[0][0]))
    spots.remove(first)
    return [first, *spots]


def place_stations(random: Random, posts: list[Spot]) -> list[Spot]:
    """Put each station amid the posts it looks after (a few rounds of k-means), just beside one of them."""
    stations = random.sample(posts, STATIONS)
    for _ in range(25):
        groups: list[list[Spot]] = [[] for _ in stations]
        for post in posts:
            groups[nearest(stations, post)].append(post)
        stations = [_middle(group) if group else random.choice(posts) for group in groups]
    return [_beside(posts, station) for station in stations]


def nearest(spots: list[Spot], here: Spot) -> int:
    """Give the number of the spot nearest to a place."""
    return min(range(len(spots)), key=lambda number: math.dist(spots[number], here))


def station_areas(ring: Ring, stations: list[Spot]) -> list[Ring]:
    """Give each station the part of a ring that is nearer to it than to any other: its largest piece."""
    areas: list[Ring] = []
    for here in stations:
        pieces = [ring]
        for there in stations:
            if there != here:
                pieces = nearer_part(pieces, here, there)
        areas.append(max(pieces, key=area))
    return areas


def _throw(random: Random, bounds: tuple[float, float, float, float]) -> Spot:
    share = random.random()
    for (east, north), spread, part in CENTRES:
        if share < part:
            return random.gauss(east, spread), random.gauss(north, spread)
        share -= part
    return random.uniform(bounds[0], bounds[2]), random.uniform(bounds[1], bounds[3])


def _beside(posts: list[Spot], spot: Spot) -> Spot:
    east, north = posts[nearest(posts, spot)]
    return east + BESIDE_M, north + BESIDE_M


def _middle(spots: list[Spot]) -> Spot:
    return sum(spot[0] for spot in spots) / len(spots), sum(spot[1] for spot in spots) / len(spots)
