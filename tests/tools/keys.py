"""The one key with which telephones are sealed in the databases of tests, and stores that have it."""

from typing import Any

from sqlalchemy import Connection, Table

from server import areas
from server.core.database.sealing import telephones
from server.core.database.sealing.keys import read_key
from server.core.database.sealing.ring import KeyRing, KeySource
from server.core.database.transaction import Store

TEST_KEYS = "ktests aes aHV4dWUgdGVzdHMgaHV4dWUgdGVzdHMgaHV4dWUgMDE"
TEST_KEY = read_key(TEST_KEYS)


def ring() -> KeyRing:
    """Give the keys of tests to a process that begins."""
    return KeyRing(KeySource(TEST_KEYS))


def open_store(url: str) -> Store:
    """Open a database of tests."""
    return areas.open_store(url, ring())


def sealed(connection: Connection, table: Table, **values: Any) -> dict[str, Any]:
    """Give the values of a row with a telephone, which is sealed."""
    return values | telephones.written(connection, table, values["phone"])
