"""The import contract holds, and breaks when it should."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"

# A line in a file of the house, and the contract that must object to it.
OFFENCES = {
    "store asks actions": ("server/store/base.py", "import server.actions.check_ins", "Imports point down"),
    "api asks live": ("server/api/wire.py", "import server.live.hub", "Imports point down"),
    "jobs ask api": ("server/jobs/clock.py", "import server.api.wire", "Imports point down"),
    "a part without a place": ("server/helpers.py", "", "Imports point down"),
    "domain asks the database": ("server/domain/geo.py", "import sqlalchemy", "The domain is plain Python"),
    "domain asks Flask": ("server/domain/geo.py", "from flask import g", "The domain is plain Python"),
    "domain asks the settings": ("server/domain/geo.py", "import server.config", "Rules, rows and actions"),
    "an action asks the settings": (
        "server/actions/check_ins.py",
        "import server.config",
        "Rules, rows and actions",
    ),
    "an action emits": ("server/actions/check_ins.py", "import flask_socketio", "Only live and app know"),
    "a route knows the engine": ("server/api/wire.py", "import eventlet", "Only engine knows"),
    "a job knows the engine": ("server/jobs/clock.py", "import gevent", "Only engine knows"),
    "a hub asks which engine": ("server/live/hub.py", "import server.engine", "What lies below app"),
    "an action asks another": (
        "server/actions/check_ins.py",
        "import server.actions.alarms",
        "Actions do not import each other",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy what the linter reads."""
    shutil.copytree(
        ROOT / "server", tmp_path / "server", ignore=shutil.ignore_patterns("__pycache__", "*.geojson")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contract_holds(copy):
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("offence", OFFENCES)
def test_the_contract_breaks_when_it_should(copy, offence):
    name, line, contract = OFFENCES[offence]
    file = copy / name
    file.write_text((file.read_text() if file.exists() else "") + f"\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1
    broken = [row for row in done.stdout.splitlines() if row.endswith("BROKEN")]
    if name == "server/helpers.py":
        # An unplaced part is an error of the contract's own, told before any contract is judged.
        assert "helpers" in done.stdout
    else:
        assert any(row.startswith(contract) for row in broken), done.stdout
