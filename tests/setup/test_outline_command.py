"""``flask outline`` as it is typed: what maps are drawn from comes from a file, and goes again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from server.core.audit import audit_row
from server.core.database.transaction import Store
from server.setup.commands.outlines import OUTLINE_REFUSALS
from tests.tools.client import Caller
from tests.tools.district import LATITUDE, LONGITUDE, SmallDistrict

Callers = Callable[[int | None], Caller]


def square(reach: float = 0.05, north: float = 0.0) -> list[list[float]]:
    west, south = LONGITUDE - reach, LATITUDE + north - reach
    east, top = LONGITUDE + reach, LATITUDE + north + reach
    return [[west, south], [east, south], [east, top], [west, top], [west, south]]


def written(folder: Path, **areas: list[list[float]]) -> str:
    path = folder / "outline.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name, ring in areas.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(path)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["outline", *arguments])


def drawn(caller: Callers, district: SmallDistrict) -> dict[str, Any]:
    told: dict[str, Any] = caller(district.consoles["dispatcher"]).get("/api/district").json
    return told


def rounded(ring: list[list[float]]) -> list[list[float]]:
    return [[round(x, 6), round(y, 6)] for x, y in ring]


def test_an_outline_and_the_areas_of_stations_come_from_a_file_and_go_again(
    app: Flask, caller: Callers, district: SmallDistrict, tmp_path: Path
) -> None:
    before = drawn(caller, district)
    file = written(tmp_path, 青禾区=square(), 第1派出所=square(0.01))
    done = run(app, file, "--system", "WGS84")
    assert done.exit_code == 0, done.output
    assert "青禾区: outline of 4 corners stored; 3 of 3 posts inside." in done.output
    assert "1 of 2 stations have one; borders are drawn from the posts until all have one" in done.output
    now = drawn(caller, district)
    assert now["outline_given"] and now["outline"]["coordinates"] == [rounded(square())]
    assert [one["area"] is not None for one in now["stations"]] == [True, False]
    assert now["borders"] == before["borders"]

    assert run(app, written(tmp_path, 第2派出所=square(0.02)), "--system", "WGS84").exit_code == 0
    now = drawn(caller, district)
    assert now["outline"]["coordinates"] == [rounded(square())]
    assert now["borders"]["coordinates"] == [rounded(square(0.01)), rounded(square(0.02))]

    assert "without an outline of its own" in run(app, "--remove").output
    assert drawn(caller, district) == before


def test_what_it_did_stands_in_the_audit_log(
    app: Flask, store: Store, district: SmallDistrict, tmp_path: Path
) -> None:
    run(app, written(tmp_path, 青禾区=square()), "--system", "WGS84")
    run(app, "--remove")
    with store.read() as connection:
        rows = connection.execute(select(audit_row.c.act, audit_row.c.facts).order_by(audit_row.c.id)).all()
    acts = {act: {key: facts[key] for key in facts if not key.endswith("_user")} for act, facts in rows}
    assert acts["give_outline"] == {"district_id": district.district_id, "corners": 4, "areas": 0}
    assert acts["take_outline_away"] == {"district_id": district.district_id}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_right_is_refused_in_a_sentence_and_stores_nothing(
    app: Flask, caller: Callers, district: SmallDistrict, tmp_path: Path
) -> None:
    before = drawn(caller, district)
    far = written(tmp_path, 青禾区=square(north=1.0))
    assert "3 of 3 posts would lie outside of it." in run(app, far, "--system", "WGS84").output
    assert "--system WGS84" in run(app, far).output
    assert "Give one FILE, or --remove." in run(app).output
    assert "no such file" in run(app, str(tmp_path / "none"), "--system", "WGS84").output
    two = written(tmp_path, 麦浪区=square(), 花田区=square(0.1))
    assert "麦浪区, 花田区" in run(app, two, "--system", "GCJ02").output
    assert "one of: 青禾区" in run(app, two, "--system", "GCJ02", "--district", "花田区").output
    assert drawn(caller, district) == before


@pytest.mark.parametrize("code", sorted(OUTLINE_REFUSALS))
def test_sentences_end_and_hold_what_is_told(code: str) -> None:
    said = OUTLINE_REFUSALS[code].format(names="x", number=1, of=2)
    assert said.endswith((".", "?")) and "{" not in said
