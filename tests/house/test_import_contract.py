"""The import contract breaks when it should; that it holds is a check of its own (``make check``)."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"

# A line in a file of the house, and the contract that must object to it.
OFFENCES = [
    ("server/core/database/base.py", "server.duty.actions.check_ins", "Areas import downwards"),
    ("server/places/queries/districts.py", "server.calendar.queries.rosters", "Areas import downwards"),
    ("server/delivery/jobs/outcomes.py", "server.alarm.service.views", "Areas import downwards"),
    ("server/alarm/actions/course.py", "server.exercise.queries.drills", "Areas import downwards"),
    ("server/duty/queries/coverage.py", "server.duty.service.check_ins", "Inside an area"),
    ("server/alarm/service/calls.py", "server.alarm.api.alarms", "Inside an area"),
    ("server/core/clock/loop.py", "server.core.http.wire", "Inside core"),
    ("server/core/geo.py", "sqlalchemy", "Rules are plain Python"),
    ("server/alarm/rules/search.py", "flask", "Rules are plain Python"),
    ("server/alarm/rules/dispatch.py", "server.alarm.queries.nearby", "Rules are plain Python"),
    ("server/alarm/rules/holding.py", "server.duty.queries.positions", "Rules are plain Python"),
    ("server/core/http/wire.py", "server.config", "Areas are given their numbers"),
    ("server/duty/actions/check_ins.py", "server.config", "Areas are given their numbers"),
    ("server/duty/actions/check_ins.py", "flask_socketio", "Only core.live and app know"),
    ("server/core/http/wire.py", "eventlet", "Only engine knows"),
    ("server/core/clock/loop.py", "gevent", "Only engine knows"),
    ("server/core/live/hub.py", "server.engine", "What lies below app"),
    ("server/alarm/actions/alarms.py", "server.alarm.actions.merging", "Actions do not import each other"),
]


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


def sections(report: str) -> dict[str, str]:
    """Give what the linter says under each broken contract's heading."""
    parts = re.split(r"^(.+)\n-+$", report.partition("Broken contracts")[2], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_each_offence_breaks_its_contract(copy: Path) -> None:
    for name, module, _contract in OFFENCES:
        with (copy / name).open("a") as file:
            file.write(f"\nimport {module}\n")
    done = lint(copy)
    assert done.returncode == 1
    told = sections(done.stdout)
    for name, module, contract in OFFENCES:
        importer = name.removesuffix(".py").replace("/", ".")
        said = "".join(text for heading, text in told.items() if heading.startswith(contract))
        assert f"{importer} -> {module} (l." in said, (name, module, done.stdout)


def test_a_part_without_a_place_is_told(copy: Path) -> None:
    """That is an error of the contract's own, told before any contract is judged."""
    (copy / "server/helpers.py").touch()
    done = lint(copy)
    assert done.returncode == 1
    assert "helpers" in done.stdout
