"""Servers that start in a tenth of the time: one process has loaded all modules, and each server is a fork of it.

``wsgi.py`` runs in the fork as it does in a process of its own, with its own settings, engine and log. Loading the
modules takes two seconds of processor time, which a run of all tests would pay a hundred times.
"""

import atexit
import json
import os
import runpy
import select
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, NoReturn

from server.engine import patch

ROOT = Path(__file__).parents[2]


class Forked:
    """A server that is a grandchild of ours: what ``subprocess.Popen`` offers, as far as tests ask for it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle: int | None = None
        # One that could not begin may be gone before anybody looks.
        with suppress(ProcessLookupError):
            self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Tell whether it has ended; with which code is known to its parent alone."""
        return 1 if self._ended(0) else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        if not self._ended(timeout):
            raise subprocess.TimeoutExpired("wsgi.py", timeout or 0)
        return 1

    def _ended(self, timeout: float | None) -> bool:
        return self._handle is None or bool(select.select([self._handle], [], [], timeout)[0])

    def __del__(self) -> None:
        if self._handle is not None:
            os.close(self._handle)


def start(environment: dict[str, str], log: Path) -> Forked:
    """Start ``wsgi.py`` with these variables alone; what it says goes to the log's end, its exit code beside it."""
    # A fork lives in the network of the process that it is a fork of.
    network = str(Path("/proc/thread-self/ns/net").readlink())
    asked, answered = _loaded(environment.get("HUXUE_ENGINE", "eventlet"), network)
    asked.write(json.dumps({"environment": environment, "log": str(log)}) + "\n")
    asked.flush()
    return Forked(int(answered.readline()))


def code_of(log: Path) -> int:
    """Read with which code the server of a log has ended; one that a signal or a fault ended wrote none."""
    written = _beside(log)
    return int(written.read_text()) if written.exists() else 1


def _beside(log: Path) -> Path:
    return log.with_name(f"{log.name}.code")


@cache
def _loaded(engine: str, _network: str) -> tuple[IO[str], IO[str]]:
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.tools.preloaded", engine],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdin and parent.stdout
    # It ends with its input.
    atexit.register(parent.stdin.close)
    return parent.stdin, parent.stdout


def _serve(asked: dict[str, str | dict[str, str]]) -> NoReturn:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(asked["environment"])  # type: ignore[arg-type]
    log = os.open(str(asked["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, place in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, place)
    sys.argv[:] = ["wsgi.py"]
    try:
        runpy.run_path(str(ROOT / "wsgi.py"), run_name="__main__")
    except SystemExit as end:
        # As the interpreter takes it: a sentence is said, and is a failure.
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        _beside(Path(str(asked["log"]))).write_text(str(code))
        raise
    sys.exit()


def main(engine: str) -> None:
    """Load what a server loads, then make a fork for each line that comes."""
    read, write, fork = os.read, os.write, os.fork
    patch(engine)
    import server.app  # noqa: F401, PLC0415 -- after the engine

    # Nobody asks how a server ended: the system buries it.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    waiting = b""
    while more := read(0, 65_536):
        *lines, waiting = (waiting + more).split(b"\n")
        for line in lines:
            child = fork()
            if not child:
                _serve(json.loads(line))
            write(1, f"{child}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
