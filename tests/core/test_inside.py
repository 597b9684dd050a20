"""What the people whom nobody should trust may do, at every route of the OpenAPI document.

They were, or say they are, people of the first post, its school and its station; ``scene`` has one of everything
there, and everything is asked of that. A new route fails here until it stands in `tests/tools/inside_table.py`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from server.app import create_app
from server.config import read_settings
from server.core.database import event_log
from server.people.queries import sessions
from tests.core.test_who_sees_what import NAME, TELEPHONE, everything
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import make_district
from tests.tools.inside_table import EXPECTED, LETTERS
from tests.tools.insiders import EVERYONE, Insiders, everyone, of_app
from tests.tools.operations import Operation, operations
from tests.tools.scene import set_up

# Asked of everybody without a session, and not about anybody, or of oneself, who is gone then: other tests walk them.
NOT_ASKED = ("/api/demo/", "/api/session/", "/api/joint-links/", "/api/device-alarms", "/api/me/erasure")
# What changes how somebody stands comes after what asks how he stands.
LAST = ("POST /api/alarms", "POST /api/check-ins", "POST /api/check-outs", "DELETE /api/session")


@pytest.fixture(scope="module")
def inside(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Insiders]]:
    """Make one application for all questions."""
    path = tmp_path_factory.mktemp("inside") / "huxue.db"
    path.write_bytes(sqlite_template.read_bytes())
    clock = WoundClock(datetime(2026, 11, 22, 23, 15, tzinfo=UTC))
    told = {"HUXUE_MODE": "demo", "HUXUE_DATABASE_URL": f"sqlite:///{path}", "HUXUE_ENGINE": "threads"}
    app = create_app(read_settings(told), now=clock.now)
    yield app, of_app(app, make_district(app.extensions["huxue"].store, clock.now()))
    app.extensions["huxue"].store.close()


def asked(app: Flask) -> list[Operation]:
    """Give what is asked, in its order."""
    found = (one for one in operations(app) if not one.path.startswith(NOT_ASKED))
    return sorted(found, key=lambda one: LAST.index(one.name) if one.name in LAST else -1)


def epoch(app: Flask, one: Caller) -> str:
    """Give the epoch of somebody's page; of a page that has ended, one that nobody has."""
    here = app.extensions["huxue"]
    with here.store.read() as connection:
        rooms = sessions.rooms(connection, [one.session_id], here.now())
        return event_log.history(connection, *rooms.values()) if rooms else "ended"


def answers(app: Flask, make: Insiders) -> dict[str, str]:
    """Ask everything of everybody; a line of letters for each route, in groups as in the table."""
    people = everyone(make)
    scene = set_up(make)
    letters = {code: letter for letter, code in LETTERS.items()}
    lines = {}
    for operation in asked(app):
        told = []
        for one in people.values():
            query = {"epoch": epoch(app, one)} if "epoch" in operation.query else {}
            answer = scene.ask(operation, one, **query)
            code = "done" if answer.status_code < 300 else answer.json["code"]
            told.append(letters.get(code, f"({code})"))
        lines[operation.name] = "".join(told)
    return lines


def test_what_everybody_may_do_at_every_route(inside: tuple[Flask, Insiders]) -> None:
    rows = (re.split(r"\s{2,}", line) for line in EXPECTED.strip().splitlines())
    expected = {name: told.replace(" ", "") for name, told in rows}
    found = answers(*inside)
    assert {name: told for name, told in found.items() if expected.get(name) != told} == {}, list(EVERYONE)
    assert sorted(expected) == sorted(found)


def without_posters(text: str) -> str:
    """Leave out the posts of printed codes, which everybody of the district may read."""
    return "\n".join(line for line in text.splitlines() if '"gate"' not in line or '"stale"' not in line)


def test_an_officer_without_a_scope_reads_nothing_that_concerns_anybody(
    inside: tuple[Flask, Insiders],
) -> None:
    app, make = inside
    officer = make.scopeless(make.console("station_officer", station_id=make.district.stations[0]))
    text = without_posters(everything(app, officer, make.district))
    assert len(text) > 1_000
    for secret in (NAME, TELEPHONE, re.compile('青禾第|路人|"latitude"')):
        assert secret.findall(text) == []


def test_a_school_that_was_moved_reads_its_new_people_alone(inside: tuple[Flask, Insiders]) -> None:
    app, make = inside
    school = make.console("school_admin", school_id=make.district.schools[0])
    moved = make.moved(school, on_duty=False, school_id=make.district.schools[1])
    text = without_posters(everything(app, moved, make.district))
    assert set(NAME.findall(text)) == {f"测试2{seat}" for seat in range(1, 8)}
    assert "青禾第1小学" not in text
