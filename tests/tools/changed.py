"""Run what a change touches, the nearest first, in under two minutes.

    python -m tests.tools.changed [COMMIT]

What changed since the commit, committed or not; without one, what is not committed, or on a clean tree the last commit.
Test files by imports; for the PWA, its own tests by imports as well. The nearest files are run in any case; no other
test begins after the time is over, and the last lines say what was left out. ``make test`` runs everything.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.tools import deadline
from tests.tools.import_graph import touched_tests
from tests.tools.run_all import BIN, NO_TESTS_COLLECTED, PWA, ROOT

# A test that has begun may go on for some seconds after this.
SECONDS = 95
# Collecting all would take a third of the time.
MOST_FILES = 24
# These are run however long they take.
NEAREST = 4


def changed_files(root: Path, since: str | None) -> list[str]:
    """List what changed since a commit, also what is not committed or not yet known to git."""

    def git(*words: str) -> list[str]:
        done = subprocess.run(["git", *words, "-z"], cwd=root, capture_output=True, text=True, check=True)
        return [name for name in done.stdout.split("\0") if name]

    new = git("ls-files", "--others", "--exclude-standard")
    found = git("diff", "--name-only", "--no-renames", since or "HEAD")
    if since is None and not found and not new:
        found = git("diff", "--name-only", "--no-renames", "HEAD~1")
    return sorted({*found, *new})


def pwa_command(changed: list[str]) -> list[str]:
    """Give what runs the PWA's tests that import what changed; nothing when there is none."""
    names = [name.removeprefix("pwa/") for name in changed if name.startswith(("pwa/src/", "pwa/tests/"))]
    names = [name for name in names if (PWA / name).is_file()]
    return ["npx", "vitest", "related", "--run", "--passWithNoTests", *names] if names else []


def pytest_command(files: list[str]) -> list[str]:
    """Give what runs test files in their order, two at a time."""
    marks = "not hard and not alone"
    workers = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    return [
        "python",
        "-m",
        "pytest",
        "-q",
        "-rfE",
        "-m",
        marks,
        *workers,
        "-p",
        deadline.__name__,
        *files[:MOST_FILES],
    ]


def main(arguments: list[str]) -> int:
    """Run it and say what was left out."""
    began = time.time()
    changed = changed_files(ROOT, arguments[0] if arguments else None)
    files = touched_tests(ROOT, changed)
    print(f"{len(changed)} files changed; {len(files)} test files are touched, the nearest first:")
    print("".join(f"  {name}\n" for name in files[:8]), end="", flush=True)
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        deadline.UNTIL: str(began + SECONDS),
        deadline.ALWAYS: os.pathsep.join(files[:NEAREST]),
    }
    failed = False
    for command, folder in ((pwa_command(changed), PWA), (pytest_command(files) if files else [], ROOT)):
        if command:
            code = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
            failed |= code not in {0, NO_TESTS_COLLECTED}
    late = "; for the tests that were skipped no time was left" if time.time() > began + SECONDS else ""
    more = (
        f"; {len(files) - MOST_FILES} test files farther off were not asked"
        if len(files) > MOST_FILES
        else ""
    )
    print(f"\n══ {'FAILED' if failed else 'Passed'} in {time.time() - began:.0f} s{late}{more}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
