"""The PWA of the release before: phones in the field run it for days beside the server of today.

It is built out of the commit in ``tests/PREVIOUS_BUILD`` and kept in the user's cache, where other checkouts find it.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from deploy.bootstrap import ROOT, node_environment
from tests.tools.server import ROOT_VARIABLE

COMMIT_FILE = ROOT / "tests" / "PREVIOUS_BUILD"
# The journeys in which somebody holds a phone.
JOURNEYS = tuple(
    f"tests/browser/test_{name}.py"
    for name in (
        "journey",
        "answers",
        "black_hole",
        "calls",
        "exercises",
        "joint",
        "notices",
        "outage",
        "promises",
        "several_alarms",
        "stale",
        "states",
    )
)
# What the build before did not have yet: by each reason the tests that ask for it.
NOT_FOR_IT = {
    "each new call or alarm takes its page": (
        "journey.py::test_the_main_job",
        "several_alarms.py::test_no_drill_and_no_newer_call_takes_the_page_of_a_real_one",
        "answers.py::test_an_answer_on_its_way_keeps_its_page_and_is_not_given_to_another_alarm",
        "exercises.py::test_a_drill_is_planned_started_marked_ended_and_reported",
        "exercises.py::test_a_report_goes_onto_paper_and_into_a_file",
        "exercises.py::test_a_device_gets_its_key_is_heard_and_passes_its_test",
    ),
    "it does not say how an alarm ended": (
        "several_alarms.py::test_who_takes_part_in_two_alarms_is_led_from_the_end_of_one_to_the_other",
        "joint.py::test_the_page_draws_the_place_and_names_whom_to_ring_also_after_the_end",
        "states.py::test_a_post_with_its_people_and_an_alarm_that_has_ended",
    ),
    "its words for this state are other ones, or it has none": (
        "calls.py::test_who_is_in_need_himself_is_not_disturbed",
        "calls.py::test_who_says_from_afar_that_he_is_there_is_told_so_and_says_it_again",
        "promises.py::test_who_is_called_sees_where_and_who_missed_the_call_may_go_after_all",
        "promises.py::test_an_alarm_after_a_check_in_without_network_names_its_post",
        "stale.py::test_a_restored_database_is_fetched_anew",
        "notices.py::test_a_desk_is_told_whose_sign_in_was_held_back",
    ),
}
NO_HISTORY = "The commit {commit} of the release before is not in this clone: git fetch --unshallow, then run it again."


class NoPreviousBuild(Exception):
    """The build cannot be made; the message says what helps."""


def cache_folder() -> Path:
    """Give the folder where builds are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huxue" / "pwa"


def previous_commit() -> str:
    """Give the commit of the release before."""
    return COMMIT_FILE.read_text(encoding="ascii").strip()


def provide(commit: str, cache: Path, root: Path = ROOT) -> Path:
    """Give the folder of a commit's build, and make it first when it is missing. Raises ``NoPreviousBuild``."""
    kept = cache / commit
    if (kept / "index.html").is_file():
        return kept
    archive = subprocess.run(["git", "archive", commit, "pwa"], cwd=root, capture_output=True, check=False)
    if archive.returncode:
        raise NoPreviousBuild(NO_HISTORY.format(commit=commit[:12]))
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as packed:
            packed.extractall(folder, filter="data")
        pwa = Path(folder) / "pwa"
        _packages(pwa, root / "pwa")
        _npm(["run", "--silent", "build"], pwa)
        # A folder is moved in one step: another run finds the whole build or none.
        try:
            (pwa / "dist").rename(kept)
        except OSError:
            if not (kept / "index.html").is_file():
                raise
    return kept


def _packages(pwa: Path, current: Path) -> None:
    """Take today's packages where the lock file is the same; else install those of that time."""
    locks = [one / "package-lock.json" for one in (pwa, current)]
    if locks[0].read_bytes() == locks[1].read_bytes() and (current / "node_modules").is_dir():
        shutil.copytree(current / "node_modules", pwa / "node_modules", symlinks=True, copy_function=_link)
    else:
        _npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], pwa)


def _link(source: str, target: str) -> None:
    """Make a hard link, or a copy on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _npm(words: list[str], folder: Path) -> None:
    done = subprocess.run(
        ["npm", *words], cwd=folder, env=node_environment(ROOT), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NoPreviousBuild(f"npm {' '.join(words)} failed: {(done.stderr or done.stdout)[-2000:]}")


def lay_out(build: Path, folder: Path) -> Path:
    """Lay out a root for servers in an empty folder: the server of today with another build of the PWA."""
    for name in ("server", "migrations", "deploy"):
        (folder / name).symlink_to(ROOT / name)
    # A copy: Python would look for the server beside the file that a link points to.
    shutil.copy(ROOT / "wsgi.py", folder)
    (folder / "pwa").mkdir()
    (folder / "pwa" / "dist").symlink_to(build)
    return folder


def main(arguments: list[str]) -> int:
    """Run the phone's journeys, or what the arguments name, with the build of the release before."""
    try:
        build = provide(previous_commit(), cache_folder())
    except NoPreviousBuild as why:
        print(why, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        root = lay_out(build, Path(folder))
        names = [f"tests/browser/test_{name}" for of in NOT_FOR_IT.values() for name in of]
        left = [word for name in names for word in ("--deselect", name)]
        command = [sys.executable, "-m", "pytest", "-q", *(arguments or ("-n", "2", *JOURNEYS)), *left]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, ROOT_VARIABLE: str(root)}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
