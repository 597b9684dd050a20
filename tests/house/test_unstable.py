"""What the whole run does with tests that fail: few run again by themselves, and what passes then is named."""

from pathlib import Path

import pytest

from tests.tools import run_all
from tests.tools.run_all import Section

ONCE = """
from pathlib import Path
def test_{name}():
    seen = Path(__file__).with_name("{name}.seen")
    before = seen.exists()
    seen.touch()
    assert before
"""
ALWAYS = "def test_always():\n    assert False\n"


@pytest.fixture(autouse=True)
def _nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_all, "UNSTABLE", [])


def whole_run(folder: Path, source: str) -> list[str]:
    """Run a folder with one file of tests as the whole run does, and give what failed."""
    (folder / "test_it.py").write_text(source, "utf-8")
    command = ("pytest", "-q", "-p", "no:xdist", "-m", "not hard")
    return list(run_all.run_in_turn(iter([Section("tests", command, folder, again=True)])))


def test_one_that_passes_by_itself_is_named_and_fails_nothing(tmp_path: Path) -> None:
    assert whole_run(tmp_path, ONCE.format(name="one")) == []
    assert run_all.UNSTABLE == ["test_it.py::test_one"]


def test_one_that_fails_again_has_failed(tmp_path: Path) -> None:
    assert whole_run(tmp_path, ONCE.format(name="one") + ALWAYS) == ["tests"]
    assert run_all.UNSTABLE == []


def test_three_that_fail_do_not_run_again(tmp_path: Path) -> None:
    source = "".join(ONCE.format(name=name) for name in ("one", "two", "three"))
    assert whole_run(tmp_path, source) == ["tests"]
    assert run_all.UNSTABLE == []
    assert whole_run(tmp_path, source) == [], "each of them would have passed"
