"""Run the checks and the tests one after the other, each under a heading with its seconds.

    python -m tests.tools.run_all [all | check | hard]

All run even when one fails, so that one run tells everything; the last lines say which failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.tools.presses import FOLDER

ROOT = Path(__file__).parents[2]
PWA = ROOT / "pwa"
BIN = ROOT / ".venv" / "bin"
NO_TESTS_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Section:
    """One command under its heading."""

    title: str
    command: tuple[str, ...]
    folder: Path = ROOT
    may_be_empty: bool = False  # a pytest run in which nothing is marked so is no failure


def checks() -> Iterator[Section]:
    """Give the checks that run no code of ours."""
    yield Section("ruff: rules", ("ruff", "check", "--quiet", "."))
    yield Section("ruff: format", ("ruff", "format", "--quiet", "--check", "."))
    yield Section("mypy", ("mypy",))
    yield Section("import contract", ("lint-imports", "--no-logo"))
    yield Section("types of the API", ("python", "-m", "tests.tools.api_types", "--check"))
    yield Section("eslint", ("npm", "run", "--silent", "lint"), PWA)
    yield Section("knip: what nothing uses", ("npm", "run", "--silent", "unused"), PWA)
    yield Section("vue-tsc", ("npm", "run", "--silent", "types"), PWA)


def tests() -> Iterator[Section]:
    """Give the tests; those that wait for real clocks come after the others, those that measure time by themselves."""
    yield Section("vitest", ("npm", "run", "--silent", "test"), PWA)
    two = ("pytest", "-q", "-n", "2", "--dist")
    yield Section("pytest", (*two, "loadfile", "-m", "not hard and not alone and not waits"))
    yield Section("pytest, what waits for clocks", (*two, "worksteal", "-m", "waits and not hard"))
    yield Section("pytest, one at a time", ("pytest", "-q", "-m", "alone and not hard"), may_be_empty=True)
    yield Section("what nobody pressed", ("python", "-m", "tests.tools.pressed", "--whole"))


def hard() -> Iterator[Section]:
    """Give the long search: also the third engine, and whether the state machines notice rules that are broken.

    Phones in the field run the PWA of the release before for days, so its journeys come as well.
    """
    yield Section("pytest, hard", ("pytest", "-q", "-n", "2", "-m", "hard", "--timeout=3600"))
    formats = ("env", "HYPOTHESIS_PROFILE=hard", "pytest", "-q", "-n", "2", "--timeout=3600", "tests/formats")
    yield Section("pytest, files of every shape", formats)
    yield Section(
        "pytest, phones with the PWA of the release before", ("python", "-m", "tests.tools.previous_build")
    )


def run(section: Section) -> bool:
    """Run one section with its output in sight; tell whether it passed."""
    print(f"\n── {section.title} ", "─" * max(3, 70 - len(section.title)), flush=True)
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    began = time.monotonic()
    code = subprocess.run(section.command, cwd=section.folder, env=environment, check=False).returncode
    passed = code == 0 or (section.may_be_empty and code == NO_TESTS_COLLECTED)
    print(f"   {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.1f} s", flush=True)
    return passed


def main(arguments: list[str]) -> int:
    """Run the sections of a kind and say which failed."""
    kinds = {"all": (checks, tests), "check": (checks,), "hard": (hard,)}
    began = time.monotonic()
    sections = [section for kind in kinds[arguments[0] if arguments else "all"] for section in kind()]
    # The browser tests of all sections note there what they pressed; the last section reads it.
    with tempfile.TemporaryDirectory() as presses:
        os.environ[FOLDER] = presses
        failed = [section.title for section in sections if not run(section)]
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    verdict = f"FAILED: {', '.join(failed)}" if failed else "All passed"
    print(f"\n══ {verdict}, in {minutes} min {seconds} s")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
