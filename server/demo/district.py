"""The demo district on paper: every row of it, made from a seed alone. Same seed, same district."""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import time
from random import Random
from typing import Any

from server.demo import names
from server.demo.layout import nearest, place_posts, place_stations, station_areas
from server.demo.people import GUARDS, PEAKS, REGISTERED_AT, Row, make_guards, peak_kind
from server.demo.shapes import Plane, Ring, Spot, read_outline
from server.places.queries.post_codes import ALPHABET, LENGTH
from server.places.rules.composition import STANDARD

SEED = 2026
DISTRICT_ID = 1
DISTRICT = "庐阳区（演示）"
ZONE = "Asia/Shanghai"
# Peaks follow each other without a gap, so that one is always going on; they turn at this minute.
TURN_MINUTE = 20
FENCE_RADIUS_M = 150
FIRST_CODE = "HXGATE2222"
# How many schools of each kind: more than half are kindergartens, as in the whole country.
KINDS = {"primary": 58, "kindergarten": 105, "junior": 16, "senior": 9, "nine_year": 10, "special": 3}
PUPILS = {
    "kindergarten": (80, 420),
    "primary": (360, 2_400),
    "junior": (480, 1_900),
    "senior": (900, 3_200),
    "nine_year": (700, 3_000),
    "special": (60, 240),
}
BOARDERS_SHARE = {"senior": 0.4, "special": 0.5, "junior": 0.1}
CONSOLE = ("school_admin", "station_officer", "dispatcher", "district_admin", "auditor")


@dataclass(frozen=True, slots=True)
class DemoDistrict:
    """All rows of the demo district, by table, with their numbers."""

    district: list[Row]
    station: list[Row]
    school: list[Row]
    post: list[Row]
    post_code: list[Row]
    peak: list[Row]
    account: list[Row]
    roster: list[Row]

    def tables(self) -> dict[str, list[Row]]:
        """Give the rows by table, in the order in which they can be stored."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def digest(self) -> str:
        """Give a hash of everything, to tell whether two districts are the same."""
        text = json.dumps(self.tables(), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def make_district(seed: int = SEED) -> DemoDistrict:
    """Make the demo district of a seed; takes some two seconds and touches no database."""
    random = Random(seed)
    outline, plane, ring = read_outline()
    spots = place_posts(random, ring)
    stations = place_stations(random, spots)
    schools = _schools(random, [nearest(stations, spot) + 1 for spot in spots])
    posts = [_post(random, school, plane, spot) for school, spot in zip(schools, spots, strict=True)]
    guards = make_guards(random, posts)
    return DemoDistrict(
        district=[{"id": DISTRICT_ID, "name": DISTRICT, "time_zone": ZONE, "outline": outline, "demo": True}],
        station=_stations(plane, ring, stations),
        school=schools,
        post=posts,
        post_code=_codes(random, posts),
        peak=_peaks(),
        account=guards.accounts + _console(random, posts[0]),
        roster=guards.rosters,
    )


def _stations(plane: Plane, ring: Ring, spots: list[Spot]) -> list[Row]:
    areas = station_areas(ring, spots)
    rows: list[Row] = []
    for number, (name, spot, area) in enumerate(zip(names.STATIONS, spots, areas, strict=True), 1):
        longitude, latitude = plane.degrees(spot)
        rows.append(
            {
                "id": number,
                "district_id": DISTRICT_ID,
                "name": f"{name}派出所",
                "telephone": f"0551-0000{number:04d}",
                "latitude": latitude,
                "longitude": longitude,
                "area": {
                    "type": "Polygon",
                    "coordinates": [[plane.degrees(one) for one in [*area, area[0]]]],
                },
            }
        )
    return rows


def _schools(random: Random, stations: list[int]) -> list[Row]:
    kinds = [kind for kind, count in KINDS.items() for _ in range(count)]
    # The first stays a primary school: it is the one that people play with.
    rest = kinds[1:]
    random.shuffle(rest)
    kinds = [kinds[0], *rest]
    rows: list[Row] = []
    for number, (name, kind) in enumerate(zip(names.schools(random, kinds), kinds, strict=True), 1):
        pupils = int(random.triangular(*PUPILS[kind]) // 10 * 10)
        rows.append(
            {
                "id": number,
                "district_id": DISTRICT_ID,
                "station_id": stations[number - 1],
                "name": name,
                "kind": kind,
                "pupils": pupils,
                "boarders": int(pupils * BOARDERS_SHARE.get(kind, 0)),
                "telephone": f"0551-0000{1000 + number:04d}",
            }
        )
    return rows


def _post(random: Random, school: Row, plane: Plane, spot: Spot) -> Row:
    gate = random.choices(names.GATES, (50, 18, 14, 8, 10))[0]
    longitude, latitude = plane.degrees(spot)
    return {
        "id": school["id"],
        "district_id": DISTRICT_ID,
        "school_id": school["id"],
        "station_id": school["station_id"],
        "name": f"{school['name']} {gate}",
        "gate": gate,
        "area": random.choice(names.AREAS),
        "latitude": latitude,
        "longitude": longitude,
        "fence_radius_m": FENCE_RADIUS_M,
        "composition": STANDARD.as_dict(),
    }


def _codes(random: Random, posts: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for post in posts:
        code = "".join(random.choices(ALPHABET, k=LENGTH))
        code = FIRST_CODE if post["id"] == 1 else code
        printed = {"issued_at": REGISTERED_AT, "printed_at": REGISTERED_AT, "replaced_at": None}
        rows.append({"code": code, "post_id": post["id"], **printed})
    return rows


def _peaks() -> list[Row]:
    return [
        {
            "district_id": DISTRICT_ID,
            "school_id": None,
            "school_kind": kind,
            "kind": peak_kind(hour),
            "starts": time(hour, TURN_MINUTE),
            "ends": time((hour + 1) % PEAKS, TURN_MINUTE),
        }
        for kind in KINDS
        for hour in range(PEAKS)
    ]


def _console(random: Random, post: Row) -> list[Row]:
    """Make one console account for each role; they have no password, so only the demo's sign-in opens them."""
    scopes: dict[str, dict[str, Any]] = {
        "school_admin": {"school_id": post["school_id"], "station_id": None},
        "station_officer": {"school_id": None, "station_id": post["station_id"]},
    }
    invented = names.people(random)
    return [
        {
            "id": GUARDS + number,
            "district_id": DISTRICT_ID,
            "phone": None,
            "username": f"demo-{role.replace('_', '-')}",
            "name": next(invented),
            "category": None,
            "volunteer_kind": None,
            "role": role,
            "status": "approved",
            "school_id": None,
            "station_id": None,
            **scopes.get(role, {}),
            "registered_at": REGISTERED_AT,
        }
        for number, role in enumerate(CONSOLE, 1)
    ]
