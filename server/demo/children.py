"""The processes that the demo starts: each in a group of its own, and none left when the demo ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ENDS_WITHIN_S = 8.0
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """A process with its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def ended(self) -> bool:
        """Tell whether it has ended by itself."""
        return self.process.poll() is not None

    def last_words(self, lines: int = 15) -> str:
        """Give the end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def start(name: str, command: list[str], environment: Mapping[str, str], logs: Path) -> Child:
    """Start a process with its output in a log. On Linux it ends with us even if we are killed."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 -- our own programs
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C reaches us alone, and we end them in order.
            start_new_session=True,
            preexec_fn=_end_with_parent(),  # noqa: PLW1509 -- no thread of ours runs yet
        )
    return Child(name, process, log)


def stop(children: list[Child]) -> None:
    """End all of them with everything that they started, the last one first; by force when asking is not enough."""
    for child in reversed(children):
        _signal(child, signal.SIGTERM)
    limit = time.monotonic() + ENDS_WITHIN_S
    for child in reversed(children):
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.1, limit - time.monotonic()))
        # Also when the child itself has ended: something that it started may live on in its group.
        _signal(child, signal.SIGKILL)
        child.process.wait()


def _signal(child: Child, number: signal.Signals) -> None:
    try:
        os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return


def _end_with_parent() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
