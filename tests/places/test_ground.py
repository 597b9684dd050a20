"""The ground of the map: whoever looks sees the whole district's outline and the borders of its stations' areas."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from server.core.database.transaction import Store
from server.places.tables import district as district_table
from server.places.tables import station
from tests.tools.client import Caller
from tests.tools.district import SmallDistrict

Callers = Callable[[int | None], Caller]
GIVEN = {"type": "Polygon", "coordinates": [[[117.0, 31.7], [117.5, 31.7], [117.5, 32.1], [117.0, 31.7]]]}


def drawn(caller: Callers, account: int) -> dict[str, Any]:
    told = caller(account).get("/api/district").json
    return {name: told[name] for name in ("outline", "outline_given", "borders")}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_given_outline_one_is_drawn_around_all_posts_for_everybody(
    caller: Callers, district: SmallDistrict
) -> None:
    whole = drawn(caller, district.consoles["dispatcher"])
    assert (whole["outline"]["type"], whole["outline_given"]) == ("Polygon", False)
    assert len(whole["borders"]["coordinates"]) == 1
    for role in ("school_admin", "station_officer", "district_admin"):
        assert drawn(caller, district.consoles[role]) == whole


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_given_is_shown_as_it_is(caller: Callers, store: Store, district: SmallDistrict) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(district_table).values(outline=GIVEN))
        connection.execute(update(station).values(area=GIVEN))
    assert drawn(caller, district.consoles["school_admin"]) == {
        "outline": GIVEN,
        "outline_given": True,
        "borders": {"type": "MultiLineString", "coordinates": GIVEN["coordinates"] * 2},
    }
