"""The PWA of the release before is found where it is kept, and served beside the server of today."""

import subprocess
from pathlib import Path

import pytest
import requests

from tests.tools import previous_build
from tests.tools.previous_build import (
    JOURNEYS,
    NOT_FOR_IT,
    ROOT,
    NoPreviousBuild,
    lay_out,
    previous_commit,
    provide,
)
from tests.tools.server import serving

COMMIT = "0" * 40


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """Keep a build that is one page."""
    folder = tmp_path / "cache" / COMMIT
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("the release before")
    return folder


def test_a_build_that_is_kept_is_not_made_again(build: Path) -> None:
    assert provide(COMMIT, build.parent) == build


def test_a_clone_without_its_commit_is_told_what_helps(tmp_path: Path) -> None:
    with pytest.raises(NoPreviousBuild, match="git fetch --unshallow"):
        provide(COMMIT, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_the_server_of_today_serves_it(build: Path, sqlite_url: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    with serving(sqlite_url, tmp_path / "server.log", lay_out(build, root)) as server:
        assert requests.get(server.url, timeout=10).text == "the release before"
        assert requests.get(f"{server.url}/api/me", timeout=10).json()["code"] == "no_session"


def test_its_journeys_are_there_and_each_that_is_left_out_has_a_reason() -> None:
    assert all((ROOT / name).is_file() for name in JOURNEYS)
    for reason, names in NOT_FOR_IT.items():
        assert len(reason) > 20
        for name in names:
            file, _, test = name.partition("::")
            assert f"def {test}(" in (ROOT / f"tests/browser/test_{file}").read_text(encoding="utf-8")


def test_its_commit_is_one_of_the_history() -> None:
    commit = previous_commit()
    assert len(commit) == 40
    shallow = subprocess.check_output(["git", "rev-parse", "--is-shallow-repository"], cwd=ROOT, text=True)
    known = ["git", "merge-base", "--is-ancestor", commit, "HEAD"]
    if shallow.strip() == "false":
        assert subprocess.run(known, cwd=previous_build.ROOT, check=False).returncode == 0
