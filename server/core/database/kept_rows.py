"""What hardly changes is read once a process: districts, posts, their codes and peaks, sessions.

A table says by its ``info`` which kinds of what is kept are made of its rows. Whoever writes into one tells it by an
event, without doing anything for it; each process hears of that by reading the log, and forgets those kinds. What is
kept is used only while this process has read the log within the last two seconds: else the database is asked.
"""

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

# Told in the log, but meant for the processes and not for any room.
KEPT_CHANGED = "kept.changed"
HEARD_WITHIN_S = 2.0
# More than a district has of anything that is kept, its 33,000 people's sessions aside.
MOST_OF_A_KIND = 50_000

_FEEDS, _NEW_ROWS = "feeds", "new rows"
_NONE: frozenset[str] = frozenset()


def feeds(*kinds: str, new_rows: bool = True) -> dict[str, Any]:
    """Give the ``info`` of a table of whose rows some kinds are made.

    Without ``new_rows`` only what is there already is kept: new rows change nothing of it.
    """
    return {_FEEDS: frozenset(kinds), _NEW_ROWS: new_rows}


def fed_by(table: Any) -> frozenset[str]:
    """Give the kinds that are made of a table's rows."""
    found: frozenset[str] = getattr(table, "info", {}).get(_FEEDS, _NONE)
    return found


# An option of a statement that changes nothing which is kept, though it writes into such a table.
LEAVES_KEPT = "leaves_kept"


class KeptRows:
    """The rows that one process keeps, by kind and by key."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._heard_at = float("-inf")
        self._rows: dict[str, dict[Any, Any]] = {}
        self._forgotten: Counter[str] = Counter()
        self._all_forgotten = 0

    def heard(self, at: float) -> None:
        """Note that the log was read to its end: at a moment of the monotonic clock before that reading."""
        self._heard_at = at

    @property
    def is_current(self) -> bool:
        """Tell whether the log was read within the last 2 s, so that what is kept is true."""
        return self._monotonic() - self._heard_at <= HEARD_WITHIN_S

    def forget(self, kinds: Iterable[str] | None = None) -> None:
        """Read some kinds anew, or all: something of them changed."""
        if kinds is None:
            self._all_forgotten += 1
            self._rows = {}
            return
        for kind in kinds:
            self._forgotten[kind] += 1
            self._rows.pop(kind, None)

    def each(
        self, what: str, keys: Iterable[Key], read: Callable[[list[Key]], Mapping[Key, Value]]
    ) -> dict[Key, Value]:
        """Give something of each key; what is not kept is read with one call, what there is not is left out."""
        wanted = list(dict.fromkeys(keys))
        if not self.is_current:
            return dict(read(wanted)) if wanted else {}
        kept: dict[Key, Value] = self._rows.setdefault(what, {})
        missing = [key for key in wanted if key not in kept]
        found: Mapping[Key, Value] = {}
        if missing:
            before = (self._all_forgotten, self._forgotten[what])
            found = read(missing)
            # What was read while something changed may be of before the change.
            if before == (self._all_forgotten, self._forgotten[what]) and len(kept) < MOST_OF_A_KIND:
                kept.update(found)
        given = ((key, kept.get(key, found.get(key))) for key in wanted)
        return {key: value for key, value in given if value is not None}

    def at_version(self, what: str) -> Mapping[Any, Any]:
        """Give what is kept of each key of something for one version of its row.

        It needs no log: whoever uses it reads in his transaction whether the row has that version still.
        """
        return self._rows.get(what, {})

    def keep_at_version(self, what: str, rows: Mapping[Any, Any]) -> None:
        """Keep what a transaction that is committed knew of some rows."""
        self._rows.setdefault(what, {}).update(rows)


def watch(engine: Engine) -> None:
    """Note on a connection that a statement writes into a table of which rows are kept."""

    @event.listens_for(engine, "after_execute")
    def _note(connection: Connection, clause: Any, *_parameters: Any) -> None:
        if not getattr(clause, "is_dml", False):
            return
        if _parameters[-2].get(LEAVES_KEPT):
            return
        # The last of them is the result. One that gives rows back has not counted them yet.
        if not clause._returning and _parameters[-1].rowcount == 0:
            return
        kinds = fed_by(clause.table)
        if kinds and (clause.table.info[_NEW_ROWS] or not clause.is_insert):
            connection.info[KEPT_CHANGED] = changed(connection) | kinds


def changed(connection: Connection) -> frozenset[str]:
    """Give the kinds of what is kept that the transaction of a connection has changed."""
    found: frozenset[str] = connection.info.get(KEPT_CHANGED, _NONE)
    return found


def begin(connection: Connection) -> None:
    """Begin anew, with a transaction that has changed nothing."""
    connection.info.pop(KEPT_CHANGED, None)
