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
    ("server/core/database/base.py", "server.duty.actions.check_ins", "Imports point down"),
    ("server/core/http/wire.py", "server.core.live.hub", "Imports point down"),
    ("server/core/clock/loop.py", "server.core.http.wire", "Imports point down"),
    ("server/core/geo.py", "sqlalchemy", "The domain is plain Python"),
    ("server/core/geo.py", "flask", "The domain is plain Python"),
    ("server/core/geo.py", "server.config", "Rules, rows and actions"),
    ("server/duty/actions/check_ins.py", "server.config", "Rules, rows and actions"),
    ("server/duty/actions/check_ins.py", "flask_socketio", "Only live and app know"),
    ("server/core/http/wire.py", "eventlet", "Only engine knows"),
    ("server/core/clock/loop.py", "gevent", "Only engine knows"),
    ("server/core/live/hub.py", "server.engine", "What lies below app"),
    ("server/duty/actions/check_ins.py", "server.alarm.actions.alarms", "Actions do not import each other"),
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
