"""What a transaction collects to write together, and what it knows of rows that it has changed."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from server.core.database.transaction import Store, Transaction
from server.core.database.transaction_rows import TransactionRows
from tests.tools.clock import WoundClock

Write = Callable[[Transaction, list[Any]], None]


@pytest.fixture
def written() -> list[list[Any]]:
    """Take what was written, each time by itself."""
    return []


@pytest.fixture
def write(written: list[list[Any]]) -> Write:
    """Make a function that writes rows."""
    return lambda _transaction, rows: written.append(rows)


def test_rows_that_wait_are_written_together_before_the_commit(
    store: Store, clock: WoundClock, write: Write, written: list[list[Any]]
) -> None:
    with store.transaction(clock.now()) as transaction:
        for number in range(3):
            transaction.collect(write, [number])
        transaction.collect(write, [])
        assert transaction.collected(write) == [0, 1, 2]
        assert written == []
    assert written == [[0, 1, 2]]


def test_what_is_written_may_make_other_rows_wait(
    store: Store, clock: WoundClock, write: Write, written: list[list[Any]]
) -> None:
    def write_more(transaction: Transaction, rows: list[int]) -> None:
        transaction.collect(write, [10 * number for number in rows])

    with store.transaction(clock.now()) as transaction:
        transaction.collect(write_more, [1, 2])
        transaction.write_collected(but=write)
        assert written == []
        assert transaction.take_collected(write) == [10, 20]
        transaction.at_the_end(("late", 0), lambda one: one.collect(write_more, [3]))
    assert written == [[30]]


def test_a_savepoint_that_is_undone_takes_its_rows_and_what_it_knew_with_it(
    store: Store, clock: WoundClock, write: Write, written: list[list[Any]]
) -> None:
    kept = TransactionRows("numbers", lambda _connection, numbers: numbers)
    with store.transaction(clock.now()) as transaction:
        transaction.collect(write, ["before"])
        kept.now(transaction, 1, [1, 2])
        with suppress(ValueError), transaction.savepoint():
            transaction.collect(write, ["undone"])
            kept.now(transaction, 1, [1, 2, 3])
            assert kept.of(transaction, 2) == [2]
            raise ValueError
        assert kept.of(transaction, 1) == [1, 2]
        assert kept.known(transaction, 2) is None
        with transaction.savepoint():
            transaction.collect(write, ["done"])
        assert written[-1] == ["done"]
    assert written == [["before"], ["done"]]


def test_what_was_read_is_read_anew_only_once_it_has_changed(store: Store, clock: WoundClock) -> None:
    asked: list[list[int]] = []

    def read(_connection: object, numbers: list[int]) -> list[int]:
        asked.append(numbers)
        return numbers

    kept = TransactionRows("numbers", read)
    with store.transaction(clock.now()) as transaction:
        assert [kept.of(transaction, 7) for _time in range(3)] == [[7]] * 3
        kept.changed(transaction, 7)
        assert kept.of(transaction, 7) == [7]
    assert asked == [[7], [7]]
