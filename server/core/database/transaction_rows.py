"""Rows that belong to one thing, as they are in a transaction: read once, and known anew once it has changed them."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from sqlalchemy import Connection

from server.core.database.transaction import Transaction

Row = TypeVar("Row")


class TransactionRows(Generic[Row]):
    """The rows of one kind, by the number of what they belong to."""

    def __init__(self, name: str, read: Callable[[Connection, list[int]], Iterable[Row]]) -> None:
        self._name, self._read = name, read

    def of(self, transaction: Transaction, number: int) -> list[Row]:
        """Give the rows; they are read where this transaction does not know them."""
        key = (self._name, number)
        return transaction.once(key, lambda: list(self._read(transaction.connection, [number])))

    def known(self, transaction: Transaction, number: int) -> list[Row] | None:
        """Give the rows as far as this transaction knows them: ``None`` where they would have to be read."""
        return self.of(transaction, number) if transaction.knows((self._name, number)) else None

    def now(self, transaction: Transaction, number: int, rows: Iterable[Row]) -> None:
        """Say what the rows are now: this transaction has changed them, or knows that there are none."""
        transaction.keep((self._name, number), list(rows))

    def changed(self, transaction: Transaction, number: int) -> None:
        """Let the rows be read anew, since this transaction has changed them."""
        transaction.forget((self._name, number))
