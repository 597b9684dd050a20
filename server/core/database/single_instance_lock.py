"""One server process for an SQLite file: a lock beside it that the operating system gives back by itself."""

import fcntl
import os
from pathlib import Path
from typing import IO

from sqlalchemy import make_url


class AlreadyServed(Exception):
    """Another process serves this database; its text says what to do."""


def make_private(path: str | None) -> None:
    """Make an SQLite database's file, where there is none yet, for its owner alone: it holds telephones.

    What SQLite puts beside it gets the same mode. A file that is there keeps the mode that somebody gave it.
    """
    if path and path != ":memory:" and Path(path).parent.is_dir() and not Path(path).exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def single_instance_lock(url: str) -> IO[str] | None:
    """Hold an SQLite database for this process while the file that is given back stays open.

    Clock duties and the one writing connection need it. PostgreSQL needs no such lock (``None``).
    Raises ``AlreadyServed``.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    held = Path(f"{address.database}.serving").open("w")  # noqa: SIM115 - open is held
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as taken:
        held.close()
        raise AlreadyServed(
            f"{address.database} is served by another process. SQLite takes one: stop the other, or use PostgreSQL."
        ) from taken
    return held
