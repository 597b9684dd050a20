"""The database's file holds telephones and places: nobody but its owner opens it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.core.database.migrate import upgrade
from server.core.database.transaction import Store


@pytest.fixture(autouse=True)
def _usual_mask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_the_file_and_what_sqlite_puts_beside_it_are_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "huxue.db"
    upgrade(f"sqlite:///{path}")
    store = Store(f"sqlite:///{path}")
    with store.transaction(datetime.now(UTC)), store.read():
        modes = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    store.close()
    assert set(modes) >= {"huxue.db", "huxue.db-wal"}
    assert set(modes.values()) == {0o600}


def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "huxue.db"
    path.touch(0o640)
    path.chmod(0o640)
    upgrade(f"sqlite:///{path}")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_failing_statement_says_nothing_of_its_values(store: Store) -> None:
    """Failures of the background are logged with their text."""
    with pytest.raises(SQLAlchemyError) as failed, store.transaction(datetime.now(UTC)) as transaction:
        transaction.connection.execute(
            text("SELECT nothing FROM nowhere WHERE phone = :phone"), {"phone": "19912345678"}
        )
    assert "19912345678" not in str(failed.value)
