"""A client that lies in every field of every route: it is told so, never a 5xx, and a press is never refused."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from server.app import create_app
from server.config import read_settings
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import make_district
from tests.tools.insiders import Insiders, of_app
from tests.tools.operations import FEW_LIES, LIES, NOT_EVEN_AN_OBJECT, lies, operations
from tests.tools.scene import set_up

# Whoever may do most comes first; the first of them whose role a route declares tells the lies.
LIARS = ("district_admin", "station_officer", "dispatcher", "school_admin", "guard")
PRESS = "POST /api/alarms"


@pytest.fixture(scope="module")
def inside(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Insiders]]:
    """Make one application for all lies."""
    path = tmp_path_factory.mktemp("liar") / "huxue.db"
    path.write_bytes(sqlite_template.read_bytes())
    clock = WoundClock(datetime(2026, 11, 22, 23, 15, tzinfo=UTC))
    words = {"HUXUE_MODE": "demo", "HUXUE_DATABASE_URL": f"sqlite:///{path}", "HUXUE_ENGINE": "threads"}
    app = create_app(read_settings(words), now=clock.now)
    yield app, of_app(app, make_district(app.extensions["huxue"].store, clock.now()))
    app.extensions["huxue"].store.close()


def tell(app: Flask, make: Insiders, many: tuple[object, ...]) -> tuple[int, list[str]]:
    """Tell so many lies in each field of each body and query; give their number and what broke."""
    scene, told, broken = set_up(make), 0, []
    people = {role: make.enter(make.console(role)) for role in LIARS[:-1]}
    # Everybody who may press, trusted or not, lies when he presses.
    guards = [
        make.enter(make.district.guards[0][5]),
        make.stranger(),
        make.suspended(make.district.guards[1][0]),
        make.signed_out(make.district.guards[1][1]),
    ]
    allowed = {
        f"{method} {rule.rule}": getattr(app.view_functions[rule.endpoint], "allowed", ())
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    for operation in operations(app):
        roles = [role for rule, roles in allowed.items() if _same(rule, operation.name) for role in roles]
        liars: list[Caller] = [people[role] for role in LIARS[:-1] if role in roles][:1] or guards[:1]
        if operation.name == PRESS:
            liars = guards
        for liar in liars:
            if operation.body is not None:
                honest = scene.body(operation)
                bodies = [*lies(honest, many), *((repr(one), one) for one in NOT_EVEN_AN_OBJECT)]
                for where, body in bodies:
                    answer = scene.ask(operation, liar, body)
                    told += 1
                    refused = operation.name == PRESS and answer.status_code != 201
                    if answer.status_code >= 500 or refused:
                        broken.append(f"{operation.name} {where}: {answer.status_code} {answer.text:.200}")
            for name in operation.query:
                for lie in ("", "-1", "9" * 400, "nan", "\x00", "\u202e", "0001-01-01T00:00:00+14:00"):
                    answer = scene.ask(operation, liar, **{name: lie})
                    told += 1
                    if answer.status_code >= 500:
                        broken.append(f"{operation.name}?{name}={lie:.20}: {answer.status_code}")
    return told, broken


def _same(rule: str, name: str) -> bool:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule) == name


def test_a_few_lies_in_every_field(inside: tuple[Flask, Insiders]) -> None:
    told, broken = tell(*inside, FEW_LIES)
    assert broken == []
    assert told > 1_500


@pytest.mark.hard
def test_all_lies_in_every_field(app: Flask, insiders: Insiders) -> None:
    told, broken = tell(app, insiders, LIES)
    print(f"{told} lies")
    assert broken == []
    assert told > 5_000
