"""Sealing rows anew in small pieces: those in clear, those of another key; each piece may be done again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, func, or_, select, true, update

from server.core.database.base import metadata
from server.core.database.kept_rows import LEAVES_KEPT
from server.core.database.sealing.keys import Key
from server.core.database.sealing.state import sealing_of
from server.core.database.sealing.telephones import SEALED, Sealed, number, sealed_with, with_number

# A piece holds its rows for some milliseconds: a check-in or a sign-in of one of them waits no longer.
AT_ONCE = 200
# What stands in place of a number in a column that takes no NULL. A colon is in no telephone.
GONE = "sealed:"

# Does what an area has that is named by keys, for the accounts after one; gives the last, ``None`` at the end.
NameAnew = Callable[[Connection, int], int | None]


@dataclass(frozen=True, slots=True)
class Place:
    """A table, and the name of the telephone that stands in it."""

    table: Table
    name: str

    @property
    def in_clear(self) -> ColumnElement[bool]:
        """Select the rows whose number stands in clear."""
        clear, sealed = self.table.c[self.name], self.table.c[f"{self.name}{SEALED}"].type
        found = and_(clear.is_not(None), clear.not_like("%:%"))
        if isinstance(sealed, Sealed) and sealed.among is not None:
            column, values = sealed.among
            found = and_(found, self.table.c[column].in_(values))
        return found

    def of(self, key_id: str) -> ColumnElement[bool]:
        """Select the rows that are sealed with a key."""
        return self.table.c[f"{self.name}{SEALED}"].like(f"{key_id}.%")

    def not_of(self, key: Key) -> ColumnElement[bool]:
        """Select the rows that are not sealed with a key."""
        sealed = self.table.c[f"{self.name}{SEALED}"]
        return or_(sealed.not_like(f"{key.id}.%"), and_(sealed.is_(None), self.in_clear))


@dataclass(frozen=True, slots=True)
class Piece:
    """How far a piece came: the last row (``None``: there was none), how many were sealed, how many have no key."""

    last: int | None
    sealed: int = 0
    unopened: int = 0


def places() -> list[Place]:
    """List where telephones stand."""
    return [Place(table, name) for table in metadata.sorted_tables for name in with_number(table)]


def to_seal(connection: Connection, place: Place) -> ColumnElement[bool]:
    """Select the rows that are still to be sealed with the key of now, or to be blanked."""
    sealing = sealing_of(connection.dialect)
    missing = place.not_of(sealing.key(connection))
    return or_(missing, place.in_clear) if sealing.known(connection).finished else missing


def count(connection: Connection, place: Place, which: ColumnElement[bool]) -> int:
    """Count the rows of a place."""
    return int(connection.execute(select(func.count()).select_from(place.table).where(which)).scalar_one())


def piece(
    connection: Connection,
    place: Place,
    *,
    after: int = 0,
    most: int | None = AT_ONCE,
    scope: ColumnElement[bool] | None = None,
) -> Piece:
    """Seal some rows anew, after one by its number; rows that somebody else holds are left for another time."""
    table, name = place.table, place.name
    columns = table.c.id, table.c[name].label("clear"), table.c[f"{name}{SEALED}"].label("sealed")
    query = (
        select(*columns)
        .where(to_seal(connection, place), table.c.id > after, scope if scope is not None else true())
        .order_by(table.c.id)
        .limit(most)
        # Who waits for nobody is in no circle of those who wait.
        .with_for_update(skip_locked=True, of=table)
    )
    rows = connection.execute(query).all()
    done = [new for row in rows if (new := _sealed(connection, place, row)) is not None]
    if done:
        values: dict[str, Any] = {
            column: bindparam(f"new_{column}") for column in done[0] if column != "at_id"
        }
        named = [
            {key if key == "at_id" else f"new_{key}": value for key, value in one.items()} for one in done
        ]
        connection.execute(
            update(table).where(table.c.id == bindparam("at_id")).values(values),
            named,
            execution_options={LEAVES_KEPT: True},
        )
    return Piece(rows[-1].id if rows else None, len(done), len(rows) - len(done))


def bring_up(connection: Connection, table: Table, scope: ColumnElement[bool]) -> None:
    """Seal all rows of a scope with the key of now, so that equal numbers have equal indexes there."""
    for place in places():
        if place.table is table:
            piece(connection, place, most=None, scope=scope)


def _sealed(connection: Connection, place: Place, row: Any) -> Mapping[str, Any] | None:
    sealing, table, name = sealing_of(connection.dialect), place.table, place.name
    clear = row.clear if row.clear is not None and ":" not in row.clear else None
    telephone = number(clear, row.sealed)
    if telephone is None:
        return None
    written = sealed_with(sealing.key(connection), table, telephone, name=name)
    if sealing.known(connection).finished:
        written[name] = None if table.c[name].nullable else GONE
    return {"at_id": row.id, **written}
