"""Another key while the server serves, and the end of numbers in clear: both go row by row and may be begun again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from server.core.database import schema_state
from server.core.database.sealing import state
from server.core.database.sealing.reseal import NameAnew, Piece, Place, count, piece, places, to_seal
from server.core.database.sealing.ring import KeyFault, add_to_file
from server.core.database.transaction import Store

MOST_ROUNDS, IDLE_S = 100, 0.2


class NotFinished(Exception):
    """Something is still to be done; its text says what."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a long work on all telephones needs; ``tell`` gets what is done, rows done and rows in all."""

    store: Store
    now: Callable[[], datetime]
    name_anew: tuple[NameAnew, ...] = ()
    tell: Callable[[str, int, int], None] = lambda _what, _done, _total: None
    pause: Callable[[float], None] = time.sleep

    def until_heard(self) -> None:
        """Wait until every process has heard what has just been written of keys."""
        self.pause(state.HEARD_AFTER_S)
        with self.store.read() as connection:
            self.store.sealing.look(connection)


def rotate(work: Work) -> tuple[str, int]:
    """Let a new key seal, and seal all rows with it; gives its id and how many rows cannot be opened.

    A rotation that was broken off goes on with the key that it had. Raises ``KeyFault``, ``NotFinished``.
    """
    sealing = work.store.sealing
    sealing.ring.load()
    with work.store.read() as connection:
        before = sealing.look(connection)
    key = sealing.ring.newest
    if before.current == key.id and not _others(work.store, key.id):
        if sealing.ring.source.text or not sealing.ring.source.path:
            raise KeyFault(
                "put a new key behind the others in HUXUE_KEYS of every process, restart them, and rotate again: "
                "flask --app wsgi keys make writes one into a file."
            )
        key = add_to_file(sealing.ring.source.path, sealing.ring.source.suite)
        sealing.ring.load()
    if before.current != key.id:
        with work.store.transaction(work.now()) as transaction:
            # Before it seals: a process that does not know it reads the key file again when it hears of it.
            state.announce(transaction.connection, key)
        work.until_heard()
        with work.store.transaction(work.now()) as transaction:
            state.seals_from_now(transaction.connection, key.id, transaction.now)
        work.until_heard()
    unopened = seal_all(work)
    if not unopened:
        with work.store.transaction(work.now()) as transaction:
            others = state.sealing_key.c.id != key.id
            transaction.connection.execute(delete(state.sealing_key).where(others))
    return key.id, unopened


def finish(work: Work, *, only_this_release: bool) -> int:
    """Let nothing stand in clear any more, and give what is freed back; gives how many rows cannot be opened.

    Raises ``NotFinished`` while programs that know no keys may serve, and where one still writes.
    """
    store = work.store
    with store.transaction(work.now()) as transaction:
        connection = transaction.connection
        if (
            schema_state.state(connection).oldest_release or 0
        ) < state.FIRST_RELEASE and not only_this_release:
            raise NotFinished(
                f"programs before release {state.FIRST_RELEASE} may still serve this database, and they find no sealed "
                "number. Stop them all, then run: flask --app wsgi keys finish --only-this-release"
            )
        schema_state.keep_state(connection, oldest_release=state.FIRST_RELEASE)
        state.finish_writing_in_clear(connection)
        # A database of before has no key yet.
        store.sealing.key(connection)
    work.until_heard()
    unopened = seal_all(work)
    shrink(store)
    with store.read() as connection:
        left = sum(count(connection, place, place.in_clear) for place in places())
    if left:
        raise NotFinished(
            f"{left} telephones stand in clear again: a program before release {state.FIRST_RELEASE} still writes. "
            "Stop it and finish again."
        )
    return unopened


def seal_all(work: Work) -> int:
    """Seal all rows that the key of now has not sealed, in small pieces; gives how many cannot be opened.

    Raises ``NotFinished`` where somebody else holds rows all the time.
    """
    unopened = sum(_seal_place(work, place) for place in places())
    for name_anew in work.name_anew:
        _each(work, name_anew)
    return unopened


def _seal_place(work: Work, place: Place) -> int:
    done, unopened = 0, 0
    for _round in range(MOST_ROUNDS):
        left = _left(work.store, place)
        if left <= unopened:
            return unopened
        went = _through(work, place, done, done + left)
        done, unopened = done + went.sealed, went.unopened
        if not went.sealed and left > unopened:
            # What another transaction holds is left for the next time round.
            work.pause(IDLE_S)
    raise NotFinished(
        f"rows of {place.table.name} are held by somebody, or written in clear: run this once more."
    )


def _left(store: Store, place: Place) -> int:
    with store.read() as connection:
        return count(connection, place, to_seal(connection, place))


def _through(work: Work, place: Place, before: int, total: int) -> Piece:
    """Go through a place once."""
    after, sealed, unopened = 0, 0, 0
    while True:
        with work.store.transaction(work.now()) as transaction:
            went = piece(transaction.connection, place, after=after)
        sealed, unopened = sealed + went.sealed, unopened + went.unopened
        if went.last is None:
            return Piece(None, sealed, unopened)
        after = went.last
        work.tell(place.table.name, min(before + sealed, total), total)
        # Others write between two pieces.
        work.pause(0.0)


def _each(work: Work, name_anew: NameAnew) -> None:
    after: int | None = 0
    while after is not None:
        with work.store.transaction(work.now()) as transaction:
            after = name_anew(transaction.connection, after)


def shrink(store: Store) -> None:
    """Write what is left anew, so that no page of a file keeps what was there: numbers that have just been blanked."""
    if store.is_sqlite:
        # Past SQLAlchemy, which would begin a transaction first.
        raw = store.engine.raw_connection()
        try:
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                raw.cursor().execute(statement)
        finally:
            raw.close()
        return
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql("SET lock_timeout = 0")
        for name in sorted({place.table.name for place in places()}):
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {name}")
        connection.exec_driver_sql("RESET ALL")


def _others(store: Store, key_id: str) -> bool:
    """Tell whether keys beside one are still needed: a rotation was broken off."""
    with store.read() as connection:
        return any(one != key_id for one in needed(connection))


def needed(connection: Connection) -> list[str]:
    """List the keys that rows may be sealed with, in the order of their ids."""
    query = select(state.sealing_key.c.id).order_by(state.sealing_key.c.id)
    return list(connection.execute(query).scalars())
