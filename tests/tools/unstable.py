"""Tests that failed in a run and pass when they run by themselves right after it.

On two busy processors one of some five thousand tests meets a moment that it does not meet otherwise. The run
tells both: what failed, and that it passed alone. Up to ``MOST`` do not fail the run and are named in its last line;
each is a defect to be traced (``docs/decisions/0028-unstable-tests.md``).
"""

import json
from pathlib import Path

MOST = 2
CACHE = Path(".pytest_cache") / "v" / "cache" / "lastfailed"


def failed(root: Path) -> list[str]:
    """List the tests that pytest's last run in a folder left failed, by their ids."""
    file = root / CACHE
    return sorted(json.loads(file.read_text("utf-8"))) if file.is_file() else []


def again(command: tuple[str, ...], tests: list[str]) -> tuple[str, ...] | None:
    """Give the command that runs what failed once more, in turn; None where there is nothing, or too much."""
    if not 0 < len(tests) <= MOST:
        return None
    marks = command[command.index("-m") : command.index("-m") + 2]
    return ("pytest", "-q", *marks, *tests)
