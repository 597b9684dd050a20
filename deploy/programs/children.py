"""Programs that run beside whoever started them: they end with him, however he ends."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

PR_SET_PDEATHSIG = 1


def unprivileged_user() -> str | None:
    """Name whom a server that refuses to run as root runs as: None when we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def private_folder(name: str, user: str | None) -> Iterator[Path]:
    """Make a folder that its user alone can read, and remove it afterwards.

    Its path stays short: a Unix socket inside it has room for some 100 characters.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"huxue-{name}-"))
    try:
        if user:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _end_with_parent(signal_number: int) -> Callable[[], None]:
    library = ctypes.CDLL(None, use_errno=True)

    def arrange() -> None:
        library.prctl(PR_SET_PDEATHSIG, signal_number)

    return arrange


def start(
    command: list[str], *, folder: Path, user: str | None, end: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start a server in a folder, its output in ``log`` there; the kernel sends ``end`` when we die."""
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=user,
            extra_groups=[] if user else None,
            start_new_session=True,
            preexec_fn=_end_with_parent(end),
        )


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], *, log: Path, seconds: float = 90
) -> None:
    """Wait for a server to answer; raise with the end of its log when it ends or takes too long."""
    limit = monotonic() + seconds
    while not ready():
        if process.poll() is not None or monotonic() > limit:
            raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        sleep(0.02)


def stop(process: subprocess.Popen[bytes], end: signal.Signals) -> None:
    """End a server, by force when asking does not help; a stopped (hung) one is woken first."""
    if process.poll() is None:
        process.send_signal(end)
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
