"""``make run`` and ``make run-lan``: the demo district, its server and a peak that plays, in one command."""

import argparse
import os
import sys
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from server.config import BadSetting, read_settings
from server.demo import children, words
from server.demo.local_certificate import certificate_for, lan_address
from server.demo.running import (
    ROOT,
    Demo,
    Stop,
    exit_code,
    people,
    prepare,
    require_free_port,
    simulation,
    until_told,
    wait_until_ready,
    watch,
)

LAN_PORT = "8443"
DESCRIPTION = (
    "Make the demo district (201 invented schools, 33,000 invented guards) when it is missing, serve it on this "
    "machine, and let simulated guards play a peak. Prints a link for each role that signs in with one click. "
    "Ctrl-C ends everything."
)
EPILOG = (
    "The district is kept in var/demo.db, an empty one in var/empty.db; delete the file to begin anew. Every setting "
    "of docs/settings.md may be given in the environment: HUXUE_SIMULATE_SPEED=20 make run."
)


def main(arguments: list[str] | None = None) -> int:
    """Run the demo until Ctrl-C; give the exit code."""
    options = _options(arguments)
    try:
        with until_told() as running:
            os.chdir(ROOT)
            demo = _set_up(options)
            require_free_port(demo.settings)
            link = prepare(demo, empty=options.empty)
            _start(demo, running.own)
            if options.empty:
                words.empty(demo.settings, demo.here, link=link, logs=demo.folder / "log")
                watch(running.own)
            words.welcome(
                demo.settings,
                demo.here,
                logs=demo.folder / "log",
                certificate=demo.certificate,
                people=people(demo),
            )
            watch(running.own)
    except Stop as why:
        return exit_code(why)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make run", usage='make run ARGUMENTS="[options]"', description=DESCRIPTION, epilog=EPILOG
    )
    parser.add_argument(
        "--lan", action="store_true", help="serve phones in the same network over HTTPS (make run-lan)"
    )
    parser.add_argument("--port", type=int, help="port to listen on; 8000, with --lan 8443")
    parser.add_argument("--quiet", action="store_true", help="no simulated guards: only you change anything")
    parser.add_argument(
        "--empty",
        action="store_true",
        help="an empty district instead (make run EMPTY=1): prints the link to make the first administrator",
    )
    return parser.parse_args(arguments)


def _set_up(options: argparse.Namespace) -> Demo:
    """Put the environment of the demo together; an option counts more than what the caller has set."""
    lan = bool(options.lan)
    given = dict(os.environ)
    if options.port is not None:
        given["HUXUE_PORT"] = str(options.port)
    if options.quiet or options.empty:
        given["HUXUE_SIMULATE"] = "0"
    database = "sqlite:///var/empty.db" if options.empty else "sqlite:///var/demo.db"
    environment = {"HUXUE_DATABASE_URL": database, "HUXUE_PORT": LAN_PORT if lan else "8000"}
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


def _start(demo: Demo, started: list[children.Child]) -> None:
    logs = demo.folder / "log"
    server = children.start("server", [sys.executable, "wsgi.py"], demo.environment, logs)
    started.append(server)
    wait_until_ready(demo, server)
    if demo.settings.simulate:
        started.append(simulation(demo, logs))


if __name__ == "__main__":
    sys.exit(main())
