"""The order in which files of tests go to the workers, so that the processors always have something to do."""

from functools import cache
from pathlib import Path

import pytest

# What computes for long begins first, so that no worker is left with it at the end while the others have nothing to do.
LONGEST_FIRST = ("browser", "stories")
# What mostly waits is spread over the first part of a run: where all workers wait, nobody computes.
WAITING, SPREAD_OVER = ("demo", "live"), 0.6


def arrange(items: list[pytest.Item]) -> None:
    """Sort tests by their files; those of a file stay as they are."""
    # tests.tools.run_all finds the files of those that run alone by these words.
    unfound = [one.nodeid for one in items if one.get_closest_marker("alone") and not _says_alone(one.path)]
    if unfound:
        raise pytest.UsageError(f"Write `pytest.mark.alone` in the file itself: {', '.join(unfound)}")
    places = places_of({item.path: _waits(item) for item in items})
    items.sort(key=lambda item: places[item.path])


def places_of(files: dict[Path, bool]) -> dict[Path, float]:
    """Give each file its place; of each it is told whether it waits."""
    waiting = [path for path, waits in files.items() if waits]
    others = [path for path, waits in files.items() if not waits]
    # Sorting keeps the order of those that are alike.
    others.sort(key=lambda path: path.parent.name not in LONGEST_FIRST)
    step = SPREAD_OVER * len(others) / max(1, len(waiting))
    return {path: place * step for place, path in enumerate(waiting)} | {
        path: place + 0.5 for place, path in enumerate(others)
    }


def _waits(item: pytest.Item) -> bool:
    return item.path.parent.name in WAITING or item.get_closest_marker("waits") is not None


@cache
def _says_alone(path: Path) -> bool:
    return "mark.alone" in path.read_text("utf-8")
