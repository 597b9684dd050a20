"""What the demo's commands share: one process or several, they start, wait, show and end in the same way."""

import errno
import json
import signal
import socket
import ssl
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from server.areas import open_store
from server.config import Settings
from server.core.database.migrate import upgrade
from server.core.database.sealing.ring import KeyFault, KeyRing, source_of
from server.core.database.sealing.state import check_keys
from server.demo import children, words
from server.demo.local_certificate import Certificate
from server.demo.seed import NotADemo, seed
from server.setup.actions import first_start

ROOT = Path(__file__).resolve().parents[2]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Far more than it takes, for machines that are busy with something else.
READY_WITHIN_S, ANSWER_WITHIN_S = 600.0, 30.0


class Stop(Exception):
    """The demo ends: told to (no text), or because of what the text says."""


@dataclass(frozen=True, slots=True)
class Demo:
    """How this run of the demo is set up.

    ``here`` is its address on this machine, ``folder`` where it keeps database, logs and certificate.
    """

    settings: Settings
    environment: dict[str, str]
    here: str
    folder: Path
    certificate: Certificate | None


@dataclass(frozen=True, slots=True)
class Running:
    """What was started: our own processes, and ``beneath`` them what they rely on, which ends after them."""

    own: list[children.Child]
    beneath: ExitStack


@contextmanager
def until_told() -> Iterator[Running]:
    """Give the place for all that is started; on the way out all of it ends, whatever happened.

    Ctrl-C and its like raise ``Stop`` inside.
    """
    for number in SIGNALS:
        signal.signal(number, _stop)
    with ExitStack() as beneath:
        running = Running([], beneath)
        try:
            yield running
        finally:
            # A second Ctrl-C must not leave anything behind.
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            children.stop(running.own)


def exit_code(why: Stop) -> int:
    """Say why the demo ends, if there is more to say than that it was told to; give the exit code."""
    if why.args:
        print(f"\nhuxue: {why}", file=sys.stderr, flush=True)
    return 1 if why.args else 0


def simulation(demo: Demo, logs: Path) -> children.Child:
    """Start the peak that plays."""
    command = [sys.executable, "-m", "server.demo.simulate_command", "--url", demo.here]
    if demo.certificate:
        command += ["--certificates", str(demo.certificate.authority)]
    return children.start("simulation", command, demo.environment, logs)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def require_free_port(settings: Settings) -> None:
    """Stop when somebody listens there already: the engine itself would share the port and say nothing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as why:
        if why.errno == errno.EADDRINUSE:
            raise Stop(words.port_in_use(settings.port)) from why
        raise Stop(f"cannot listen on {settings.host}:{settings.port}: {why.strerror}") from why


def prepare(demo: Demo, *, empty: bool = False) -> str | None:
    """Migrate the database and make the demo district when it is missing.

    ``empty``: make no district; gives the secret of the link to the first administrator, while there is none.
    """
    began = time.monotonic()
    upgrade(demo.settings.database_url)
    store = open_store(demo.settings.database_url, KeyRing(source_of(demo.settings)))
    try:
        check_keys(store)
        now = datetime.now(UTC)
        if empty:
            return first_start.link(store, limits=demo.settings.limits(), now=now)
        made = seed(store, now=now, progress=words.progress)
    except KeyFault as why:
        raise Stop(str(why)) from why
    except NotADemo as why:
        raise Stop(f"{why}: {store.url.render_as_string(hide_password=True)}") from why
    finally:
        store.close()
    if made:
        words.done(f"demo district made in {time.monotonic() - began:.1f} s")
    return None


def wait_until_ready(demo: Demo, server: children.Child, here: str = "") -> None:
    """Wait until a server of the demo can write, at its own address where that is not the demo's; else ``Stop``."""
    limit = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < limit:
        if server.ended:
            raise Stop(f"the {server.name} did not start:\n{server.last_words()}")
        try:
            _get(demo, "/readyz", here)
            return
        except OSError:
            time.sleep(0.1)
    raise Stop(f"the {server.name} was not ready within {READY_WITHIN_S:.0f} s; its log: {server.log}")


def people(demo: Demo) -> list[dict[str, str]]:
    """List whom one may sign in as; on a machine that is too busy to say, the page will."""
    try:
        found: list[dict[str, str]] = json.loads(_get(demo, "/api/demo/people"))["people"]
    except OSError:
        return []
    return found


def _get(demo: Demo, path: str, here: str = "") -> bytes:
    context = None
    if demo.certificate:
        context = ssl.create_default_context(cafile=str(demo.certificate.authority))
    # No proxy of the environment stands between this machine and itself.
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if context:
        handlers.append(urllib.request.HTTPSHandler(context=context))
    with urllib.request.build_opener(*handlers).open(
        (here or demo.here) + path, timeout=ANSWER_WITHIN_S
    ) as answer:
        content: bytes = answer.read()
    return content


def watch(
    started: list[children.Child],
    needed: frozenset[str] = frozenset({"server"}),
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Watch over the children until told to stop; without one that is ``needed`` the demo ends."""
    while True:
        pause(0.5)
        for child in list(started):
            if child.ended and child.name in needed:
                raise Stop(f"the {child.name} has ended:\n{child.last_words()}")
            if child.ended:
                print(
                    f"\nhuxue: the {child.name} has ended:\n{child.last_words()}", file=sys.stderr, flush=True
                )
                started.remove(child)
