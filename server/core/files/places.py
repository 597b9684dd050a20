"""How many files that nobody trusts are under way at once, in all and of one account."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Busy(Exception):
    """So many are under way that this one had better come again."""


class Places:
    """Places in this process."""

    def __init__(self, at_once: int, of_one: int) -> None:
        self._at_once, self._of_one = at_once, of_one
        self._under_way: Counter[int] = Counter()

    @contextmanager
    def take(self, account_id: int) -> Iterator[None]:
        """Take a place for what an account sends, from before its first byte is read. Raises ``Busy``."""
        if self._under_way[account_id] >= self._of_one or self._under_way.total() >= self._at_once:
            raise Busy
        self._under_way[account_id] += 1
        try:
            yield
        finally:
            self._under_way[account_id] -= 1
            if not self._under_way[account_id]:
                del self._under_way[account_id]
