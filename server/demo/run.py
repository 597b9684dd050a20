"""``make run`` and ``make run-lan``: the demo district, its server and a peak that plays, in one command."""

import argparse
import errno
import json
import os
import signal
import socket
import ssl
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from server.config import BadSetting, Settings, read_settings
from server.demo import children, words
from server.demo.local_certificate import Certificate, certificate_for, lan_address
from server.demo.seed import NotADemo, seed
from server.store.migrate import upgrade
from server.store.transaction import Store

ROOT = Path(__file__).resolve().parents[2]
LAN_PORT = "8443"
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


def main(arguments: list[str] | None = None) -> int:
    """Run the demo until Ctrl-C; give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m server.demo.run", description=__doc__)
    parser.add_argument("--lan", action="store_true", help="HTTPS for phones in the same network")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    started: list[children.Child] = []
    try:
        os.chdir(ROOT)
        demo = _set_up(lan=options.lan)
        _require_free_port(demo.settings)
        _prepare(demo)
        _start(demo, started)
        words.welcome(
            demo.settings,
            demo.here,
            logs=demo.folder / "log",
            certificate=demo.certificate,
            people=_people(demo),
        )
        _wait(started)
    except Stop as why:
        if why.args:
            print(f"\nhuxue: {why}", file=sys.stderr, flush=True)
        return 1 if why.args else 0
    finally:
        # A second Ctrl-C must not leave anything behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        children.stop(started)
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def _set_up(*, lan: bool) -> Demo:
    """Put the environment of the demo together; what the caller has set stands."""
    given = dict(os.environ)
    environment = {"HUXUE_DATABASE_URL": "sqlite:///var/demo.db", "HUXUE_PORT": LAN_PORT if lan else "8000"}
    environment |= given | {"HUXUE_MODE": "demo"}
    port, certificate = environment["HUXUE_PORT"], None
    folder = _folder(environment["HUXUE_DATABASE_URL"])
    here = f"http://127.0.0.1:{port}"
    if lan:
        address = lan_address()
        if address is None:
            raise Stop("this machine is in no network: there is no address that a phone could reach")
        certificate = certificate_for((address, "localhost", "127.0.0.1"), folder / "lan")
        here = f"https://localhost:{port}"
        environment |= {
            "HUXUE_HOST": "0.0.0.0",  # noqa: S104 -- that is what --lan is for
            "HUXUE_PUBLIC_URL": f"https://{address}:{port}",
            "HUXUE_CERTIFICATE": str(certificate.certificate),
            "HUXUE_CERTIFICATE_KEY": str(certificate.key),
        }
    environment.setdefault("HUXUE_PUBLIC_URL", here)
    # The children find this version of the code wherever they are started.
    environment["PYTHONPATH"] = str(ROOT)
    try:
        return Demo(read_settings(environment), environment, here, folder, certificate)
    except BadSetting as why:
        raise Stop(str(why)) from why


def _folder(database_url: str) -> Path:
    """Give the folder of an SQLite file, else ``var``."""
    try:
        address = make_url(database_url)
    except ArgumentError as why:
        raise Stop("HUXUE_DATABASE_URL is no address of a database") from why
    if address.get_backend_name() == "sqlite" and address.database:
        return Path(address.database).resolve().parent
    return ROOT / "var"


def _require_free_port(settings: Settings) -> None:
    """Stop when somebody listens there already: the engine itself would share the port and say nothing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as why:
        if why.errno == errno.EADDRINUSE:
            raise Stop(words.port_in_use(settings.port)) from why
        raise Stop(f"cannot listen on {settings.host}:{settings.port}: {why.strerror}") from why


def _prepare(demo: Demo) -> None:
    """Migrate the database and make the demo district when it is missing."""
    began = time.monotonic()
    upgrade(demo.settings.database_url)
    store = Store(demo.settings.database_url)
    try:
        made = seed(store, now=datetime.now(UTC), progress=words.progress)
    except NotADemo as why:
        raise Stop(f"{why}: {store.url.render_as_string(hide_password=True)}") from why
    finally:
        store.close()
    if made:
        words.done(f"demo district made in {time.monotonic() - began:.1f} s")


def _start(demo: Demo, started: list[children.Child]) -> None:
    logs = demo.folder / "log"
    server = children.start("server", [sys.executable, "wsgi.py"], demo.environment, logs)
    started.append(server)
    _wait_until_ready(demo, server)
    if demo.settings.simulate:
        command = [sys.executable, "-m", "server.demo.simulate_command", "--url", demo.here]
        if demo.certificate:
            command += ["--certificates", str(demo.certificate.authority)]
        started.append(children.start("simulation", command, demo.environment, logs))


def _wait_until_ready(demo: Demo, server: children.Child) -> None:
    limit = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < limit:
        if server.ended:
            raise Stop(f"the server did not start:\n{server.last_words()}")
        try:
            _get(demo, "/readyz")
            return
        except OSError:
            time.sleep(0.1)
    raise Stop(f"the server was not ready within {READY_WITHIN_S:.0f} s; its log: {server.log}")


def _people(demo: Demo) -> list[dict[str, str]]:
    """List whom one may sign in as; on a machine that is too busy to say, the page will."""
    try:
        found: list[dict[str, str]] = json.loads(_get(demo, "/api/demo/people"))["people"]
    except OSError:
        return []
    return found


def _get(demo: Demo, path: str) -> bytes:
    context = None
    if demo.certificate:
        context = ssl.create_default_context(cafile=str(demo.certificate.authority))
    # No proxy of the environment stands between this machine and itself.
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if context:
        handlers.append(urllib.request.HTTPSHandler(context=context))
    with urllib.request.build_opener(*handlers).open(demo.here + path, timeout=ANSWER_WITHIN_S) as answer:
        content: bytes = answer.read()
    return content


def _wait(started: list[children.Child], pause: Callable[[float], None] = time.sleep) -> None:
    """Watch over the children until told to stop; without its server the demo ends."""
    while True:
        pause(0.5)
        for child in list(started):
            if child.ended and child.name == "server":
                raise Stop(f"the server has ended:\n{child.last_words()}")
            if child.ended:
                print(
                    f"\nhuxue: the {child.name} has ended:\n{child.last_words()}", file=sys.stderr, flush=True
                )
                started.remove(child)


if __name__ == "__main__":
    sys.exit(main())
