"""Run the checks, as many at once as there are processors, then the tests, each under a heading with its seconds.

    python -m tests.tools.run_all [all | check | hard]

All run even when one fails, so that one run tells everything; the last lines say which failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.tools import unstable
from tests.tools.presses import FOLDER

ROOT = Path(__file__).parents[2]
PWA = ROOT / "pwa"
BIN = ROOT / ".venv" / "bin"
NO_TESTS_COLLECTED = 5
PROCESSORS = os.cpu_count() or 1
# Twice as many as there are processors: most of the tests with a browser or a socket wait most of the time.
WORKERS = str(min(8, 2 * PROCESSORS))
UNSTABLE: list[str] = []
"""Tests of this run that failed among the others and passed by themselves."""


@dataclass(frozen=True, slots=True)
class Section:
    """One command under its heading."""

    title: str
    command: tuple[str, ...]
    folder: Path = ROOT
    may_be_empty: bool = False  # a pytest run in which nothing is marked so is no failure
    again: bool = False  # whether up to two tests that fail run once more by themselves


def checks() -> Iterator[Section]:
    """Give the checks that run no code of ours, and the PWA's own tests; those that take longest come first."""
    yield Section("mypy", ("mypy",))
    yield Section("vue-tsc", ("npm", "run", "--silent", "types"), PWA)
    yield Section("eslint", ("npm", "run", "--silent", "lint"), PWA)
    yield Section("vitest", ("npm", "run", "--silent", "test"), PWA)
    yield Section("types of the API", ("python", "-m", "tests.tools.api_types", "--check"))
    yield Section("knip: what nothing uses", ("npm", "run", "--silent", "unused"), PWA)
    yield Section("import contract", ("lint-imports", "--no-logo"))
    yield Section("ruff: rules", ("ruff", "check", "--quiet", "."))
    yield Section("ruff: format", ("ruff", "format", "--quiet", "--check", "."))


def holding(mark: str) -> tuple[str, ...]:
    """List the files with tests of a mark: to collect the thousands of others takes longer than many a test."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return tuple(str(file.relative_to(ROOT)) for file in files if f"mark.{mark}" in file.read_text("utf-8"))


def tests() -> Iterator[Section]:
    """Give the tests; those that measure time come after the others, by themselves."""
    # The order is that of tests/tools/order.py; a file stays with one worker.
    by_file = ("-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder")
    yield Section("pytest", ("pytest", "-q", *by_file, "-m", "not hard and not alone"), again=True)
    alone = ("pytest", "-q", "-m", "alone and not hard", *holding("alone"))
    yield Section("pytest, one at a time", alone, may_be_empty=True, again=True)
    yield Section("what nobody pressed", ("python", "-m", "tests.tools.pressed", "--whole"))


def hard() -> Iterator[Section]:
    """Give the long search: also the third engine, and whether the state machines notice rules that are broken.

    Phones in the field run the PWA of the release before for days, so its journeys come as well.
    """
    yield Section("pytest, hard", ("pytest", "-q", "-n", "2", "-m", "hard", "--timeout=3600"))
    files = (
        "env",
        "HYPOTHESIS_PROFILE=hard",
        "pytest",
        "-q",
        "-n",
        "2",
        "--timeout=3600",
        "tests/setup",
        "tests/core/test_tables.py",
        "tests/core/test_open_document.py",
    )
    yield Section("pytest, files of every shape", files)
    yield Section(
        "pytest, phones with the PWA of the release before", ("python", "-m", "tests.tools.previous_build")
    )


def run(section: Section, *, shown: bool = True) -> tuple[bool, str]:
    """Run one section; tell whether it passed, and what there is to read unless that was ``shown`` while it ran."""
    heading = f"\n── {section.title} {'─' * max(3, 70 - len(section.title))}"
    if shown:
        print(heading, flush=True)
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    began = time.monotonic()
    done = subprocess.run(
        section.command,
        cwd=section.folder,
        env=environment,
        check=False,
        text=True,
        stdout=None if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.STDOUT,
    )
    passed = done.returncode == 0 or (section.may_be_empty and done.returncode == NO_TESTS_COLLECTED)
    end = f"   {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.1f} s"
    return passed, end if shown else f"{heading}\n{done.stdout}{end}"


def run_in_turn(sections: Iterator[Section]) -> Iterator[str]:
    """Run sections one after the other with their output in sight; give the titles of those that failed."""
    for section in sections:
        passed, end = run(section)
        print(end, flush=True)
        if not passed and not (section.again and passes_again(section)):
            yield section.title


def passes_again(section: Section) -> bool:
    """Run the few tests of a section that failed once more, by themselves, and note them as unstable if they pass."""
    tests = unstable.failed(section.folder)
    command = unstable.again(section.command, tests)
    if command is None:
        return False
    passed, end = run(Section(f"{section.title}: what failed, by itself", command, section.folder))
    print(end, flush=True)
    UNSTABLE.extend(tests if passed else [])
    return passed


def run_together(sections: Iterator[Section]) -> Iterator[str]:
    """Run sections on all processors, each shown when it is over; give the titles of those that failed."""
    all_of_them = list(sections)
    with ThreadPoolExecutor(PROCESSORS) as pool:
        ran = pool.map(lambda section: run(section, shown=False), all_of_them)
        for section, (passed, text) in zip(all_of_them, ran, strict=True):
            print(text, flush=True)
            if not passed:
                yield section.title


def main(arguments: list[str]) -> int:
    """Run the sections of a kind and say which failed."""
    kind = arguments[0] if arguments else "all"
    began = time.monotonic()
    failed = [] if kind == "hard" else list(run_together(checks()))
    if kind == "hard":
        failed += run_in_turn(hard())
    elif kind != "check":
        # The browser tests of all sections note there what they pressed; the last section reads it.
        with tempfile.TemporaryDirectory() as presses:
            os.environ[FOLDER] = presses
            failed += run_in_turn(tests())
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    verdict = f"FAILED: {', '.join(failed)}" if failed else "All passed"
    if UNSTABLE:
        verdict += f"; UNSTABLE, to be traced: {', '.join(UNSTABLE)}"
    print(f"\n══ {verdict}, in {minutes} min {seconds} s")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
