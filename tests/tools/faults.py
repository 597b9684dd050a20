"""Databases that fail, as a disk that is full makes them fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from server.core.database.transaction import Store


@contextmanager
def failing_commits(store: Store) -> Iterator[None]:
    """Let every commit fail, and nothing of it be stored."""

    def fail(_connection: Any) -> None:
        raise OperationalError("COMMIT", {}, OSError("disk full"))

    event.listen(store.engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(store.engine, "commit", fail)
