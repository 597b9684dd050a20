"""The phone's face in an engine of its oldest age: Chromium 87, which Debian's QtWebEngine carries."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tools.old_engine import DEBIANS_PYTHON, has_engine
from tests.tools.world import World, living

pytestmark = [pytest.mark.hard, pytest.mark.alone]
ENGINE = Path(__file__).parents[2] / "bench" / "old_engine.py"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a small district."""
    folder = tmp_path_factory.mktemp("engine")
    database = folder / "huxue.db"
    database.write_bytes(sqlite_template.read_bytes())
    with living(f"sqlite:///{database}", folder / "server.log") as world:
        yield world


def walk(world: World, path: str, account_id: int, steps: list[str]) -> dict[str, Any]:
    """Go through a page in the old engine."""
    token, _csrf = world.token(account_id)
    journey = {"url": world.server.url + path, "cookies": {"huxue": token}, "picture": None, "steps": steps}
    done = subprocess.run(
        [DEBIANS_PYTHON, str(ENGINE)],
        input=json.dumps(journey),
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert "Chrome/87" in found["engine"]
    assert found["stuck_at"] is None, (found["given"], found["stuck_at"])
    return found


@pytest.mark.skipif(not has_engine(), reason="apt install python3-pyqt5.qtwebengine")
def test_a_guard_checks_in_and_raises_an_alarm_in_chromium_87(world: World) -> None:
    guard = world.district.guards[0][0]
    says = "document.body.innerText.includes({!r})".format
    walk(
        world,
        f"/p/{world.district.codes[0]}",
        guard,
        [
            "(() => { const one = document.querySelector('button.act'); if (one) one.click(); return !!one })()",
            says("已记录，等确认"),
            "hold button.alarm",
            says("已送达"),
        ],
    )
    assert world.get(guard, "/api/duty").json()["check_in"]["flags"] == ["no_fix"]
    dispatcher = world.district.consoles["dispatcher"]
    raised = [one["raised_by"] for one in world.get(dispatcher, "/api/alarms?state=open").json()["items"]]
    assert raised == [guard]


@pytest.mark.skipif(not has_engine(), reason="apt install python3-pyqt5.qtwebengine")
def test_the_scanner_says_what_chromium_87_cannot(world: World) -> None:
    walk(
        world,
        "/scan",
        world.district.guards[0][1],
        ["document.body.innerText.includes('不能在页面里扫码')"],
    )
