"""What to say when another program holds the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError

BUSY = (
    "Another program is writing into this database (a running server, or a second import). Nothing was stored. "
    "Try again in a moment; if it stays so, stop the server for the time of this command."
)


@contextmanager
def clear_when_locked() -> Iterator[None]:
    """Turn SQLite's lock into a sentence; any other failure of the database passes."""
    try:
        yield
    except OperationalError as why:
        if "locked" not in str(why.orig):
            raise
        raise click.ClickException(BUSY) from why
