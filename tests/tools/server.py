"""A real server: wsgi.py as a child process on a database of the test's, on a free port."""

import os
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.programs.children import free_port
from tests.tools import preloaded
from tests.tools.keys import TEST_KEYS

# Names another root, with another build of the PWA in it.
ROOT_VARIABLE = "TESTS_ROOT"
ROOT = Path(os.environ.get(ROOT_VARIABLE) or Path(__file__).parents[2])
READY_WITHIN_S = 90.0


class Server:
    """A running server. ``url`` is its address."""

    def __init__(self, environment: dict[str, str], log: Path, root: Path = ROOT) -> None:
        self.port = int(environment["HUXUE_PORT"])
        scheme = "https" if environment.get("HUXUE_CERTIFICATE") else "http"
        self.url = f"{scheme}://{environment.get('HUXUE_HOST', '127.0.0.1')}:{self.port}"
        self._environment, self._log, self._root = environment, log, root
        self.process = self._start()

    def kill(self) -> None:
        """Kill it as a power cut would: nothing is said to it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def hang(self) -> None:
        """Stop it in its tracks: connections are taken by the system, and nothing ever answers."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on from where it hung."""
        os.killpg(self.process.pid, signal.SIGCONT)

    def command(self, *words: str) -> str:
        """Run one of the commands of ``flask`` with the server's settings; give what it wrote."""
        run = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        environment = {**_without_settings(), **self._environment}
        return subprocess.run(
            run, cwd=self._root, env=environment, capture_output=True, text=True, check=True
        ).stdout

    def restart(self) -> None:
        """Start it again on the same port."""
        self.process = self._start()
        self.wait()

    def wait(self) -> None:
        """Wait until it can write."""
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(self._log.read_text()[-4000:])
            try:
                # Whose certificate it is a test may look at; here it is only waited for.
                anybody = ssl._create_unverified_context()
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2, context=anybody):
                    return
            except (urllib.error.URLError, OSError):
                # Asked again at once: connecting to a port that nobody serves fails without waiting.
                self._pause()
        raise RuntimeError(f"not ready: {self._log.read_text()[-4000:]}")

    def _pause(self) -> None:
        try:
            self.process.wait(0.1)
        except subprocess.TimeoutExpired:
            return

    def _start(self) -> "subprocess.Popen[bytes] | preloaded.Forked":
        environment = {**_without_settings(), **self._environment}
        if self._root == preloaded.ROOT:
            return preloaded.start(environment, self._log)
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "wsgi.py"],
                cwd=self._root,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def _without_settings() -> dict[str, str]:
    """Give this process's environment without the settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HUXUE_")}


def refused_start(**settings: str) -> tuple[int, str]:
    """Start a demo server that must not serve; give its exit code and all that it said."""
    environment = {
        **_without_settings(),
        "HUXUE_MODE": "demo",
        "HUXUE_KEYS": TEST_KEYS,
        "HUXUE_ENGINE": "threads",
        **settings,
    }
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        preloaded.start(environment, log).wait(60)
        return preloaded.code_of(log), log.read_text().strip()


@contextmanager
def serving(database_url: str, log: Path, root: Path = ROOT, **settings: str) -> Iterator[Server]:
    """Serve a migrated database in demo mode; further settings by the names of their variables.

    ``root`` holds ``wsgi.py``, the server and the built PWA; usually the project's own.
    """
    port = str(free_port())
    environment = {
        "HUXUE_MODE": "demo",
        "HUXUE_KEYS": TEST_KEYS,
        "HUXUE_DATABASE_URL": database_url,
        "HUXUE_PORT": port,
        "HUXUE_PUBLIC_URL": f"http://{settings.get('HUXUE_HOST', '127.0.0.1')}:{port}",
        **settings,
    }
    server = Server(environment, log, root)
    try:
        server.wait()
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()
