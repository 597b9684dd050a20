"""An administrator brings the outline of his district in at the console, and of his alone."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.places.tables import district as districts
from server.setup.rules.outlines import MOST_BYTES
from tests.setup.test_outline_command import square
from tests.tools.client import Caller, code
from tests.tools.district import SmallDistrict

SignIn = Callable[[int | None], Caller]


@pytest.fixture
def admin(caller: SignIn, district: SmallDistrict) -> Caller:
    return caller(district.consoles["district_admin"])


def file(**areas: list[list[float]]) -> bytes:
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name, ring in areas.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def give(
    desk: Caller, content: bytes, *, datum: str = "wgs84", request_id: str | None = None
) -> TestResponse:
    return desk.client.post(
        "/api/places/outline",
        data=content,
        query_string={"request_id": request_id or str(uuid4()), "datum": datum},
        headers={"X-CSRF-Token": desk.csrf_token},
    )


def test_it_is_stored_once_and_the_log_says_by_whom(
    admin: Caller, app_store: Store, district: SmallDistrict
) -> None:
    request_id, content = str(uuid4()), file(青禾区=square(), 第1派出所=square(0.01))
    told = give(admin, content, request_id=request_id)
    assert told.status_code == 200, told.text
    assert told.json == {"corners": 4, "areas": 1, "stations": 2, "posts": 3, "outside": []}
    assert give(admin, content, request_id=request_id).json == told.json
    assert code(give(admin, file(青禾区=square(0.06)), request_id=request_id)) == (409, "request_id_reused")
    query = select(audit_row.c.actor_id, audit_row.c.facts).where(audit_row.c.act == "give_outline")
    with app_store.read() as connection:
        [row] = connection.execute(query).all()
    assert row.actor_id == district.consoles["district_admin"]
    assert row.facts == {"district_id": district.district_id, "corners": 4, "areas": 1}


def test_the_other_system_lies_half_a_kilometre_off(admin: Caller, app_store: Store) -> None:
    def west() -> float:
        with app_store.read() as connection:
            outline = connection.execute(select(districts.c.outline)).scalar_one()
        return float(min(corner[0] for corner in outline["coordinates"][0]))

    assert give(admin, file(青禾区=square())).status_code == 200
    before = west()
    assert give(admin, file(青禾区=square()), datum="gcj02").status_code == 200
    assert 0.001 < before - west() < 0.01


def test_a_large_file_is_refused_unread_and_stores_nothing(admin: Caller, app_store: Store) -> None:
    assert code(give(admin, b" " * (MOST_BYTES + 1))) == (413, "outline_too_large")
    assert code(give(admin, b"[" * MOST_BYTES)) == (422, "outline_not_geojson")
    with app_store.read() as connection:
        assert connection.execute(select(districts.c.outline)).scalar_one() is None


@pytest.mark.parametrize("role", ["school_admin", "station_officer", "dispatcher", "auditor"])
def test_nobody_else_brings_one_in(caller: SignIn, district: SmallDistrict, role: str) -> None:
    assert code(give(caller(district.consoles[role]), file(青禾区=square()))) == (403, "not_your_role")
