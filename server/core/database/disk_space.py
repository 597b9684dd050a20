"""How a full disk is told from every other failure of a database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from server.core.refused import Refused

POSTGRES_DISK_FULL = "53100"
SQLITE_DISK_FULL = "SQLITE_FULL"
# With the disk full, SQLite may not even be able to lengthen the files beside the database.
SQLITE_WRITE_ERRORS = {SQLITE_DISK_FULL, "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_FSYNC"}


def is_disk_full(failure: DBAPIError) -> bool:
    """Tell whether a database failed because there is no room left where it writes."""
    if getattr(failure.orig, "sqlstate", None) == POSTGRES_DISK_FULL:
        return True
    return getattr(failure.orig, "sqlite_errorname", None) in SQLITE_WRITE_ERRORS


@contextmanager
def refusing_when_full() -> Iterator[None]:
    """Turn a full disk into ``Refused("disk_full")``; any other failure passes."""
    try:
        yield
    except DBAPIError as failure:
        if not is_disk_full(failure):
            raise
        raise Refused("disk_full") from failure
