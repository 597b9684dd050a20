"""The one place through which a telephone is written, read, masked and looked for.

A table has its number in up to four columns: ``phone`` in clear, for programs before release 4 alone;
``phone_sealed``, which only a key opens; ``phone_index``, by which equal numbers are found; ``phone_ending``, the same
of the last four digits.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Connection, String, Table, false, or_
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from server.core.database.locks import Queue, wait_in
from server.core.database.sealing.keys import Key
from server.core.database.sealing.state import Sealing, sealing_of

SEALED, INDEX, ENDING = "_sealed", "_index", "_ending"
ENDING_DIGITS = 4


@dataclass(frozen=True, slots=True)
class SealedTelephone:
    """A number as it stands in the database, and the keys that may open it."""

    text: str = field(repr=False)
    where: str
    keys: Sealing = field(repr=False, compare=False)

    def open(self) -> str | None:
        """Give the number; ``None`` where its key is missing: then it is shown as missing, and nothing else fails."""
        key = self.keys.ring.find(self.text.partition(".")[0])
        return key.open(self.text, self.where) if key else None


# A column, and the values of it in whose rows there is a telephone.
Among = tuple[str, tuple[str, ...]]


class Sealed(TypeDecorator[SealedTelephone]):
    """A column with sealed numbers of a table; what is read of it opens itself."""

    impl = String(120)
    cache_ok = True

    def __init__(self, where: str, among: Among | None = None) -> None:
        super().__init__()
        self.where, self.among = where, among

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Give the sealed text, which ``written`` makes."""
        return value.text if isinstance(value, SealedTelephone) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> SealedTelephone | None:
        """Give the number as it stands there, with the keys of its database."""
        return None if value is None else SealedTelephone(value, self.where, sealing_of(dialect))


def columns(
    where: str,
    *,
    index: Literal["unique", "plain"] | None = None,
    ending: bool = False,
    among: Among | None = None,
) -> tuple[Column[Any], ...]:
    """Make the columns beside that of a number in clear, ``where`` being ``table.column``.

    ``index``: by which a number is found, and ``ending``: another of its last four digits. ``among``: in which rows
    there is one, where others hold other addresses.
    """
    name = where.partition(".")[2]
    made: list[Column[Any]] = [Column(f"{name}{SEALED}", Sealed(where, among))]
    if index is not None:
        unique = index == "unique"
        made.append(
            Column(f"{name}{INDEX}", String(60), unique=unique or None, index=None if unique else True)
        )
    if ending:
        made.append(Column(f"{name}{ENDING}", String(40), index=True))
    return tuple(made)


def written(
    connection: Connection, table: Table, number: str | None, *, name: str = "phone"
) -> dict[str, Any]:
    """Give what is written of a number, column by column; in clear only while programs before release 4 may read it."""
    clear = {name: number}
    if number is None:
        return {
            **clear,
            **{f"{name}{end}": None for end in (SEALED, INDEX, ENDING) if f"{name}{end}" in table.c},
        }
    sealing = sealing_of(connection.dialect)
    key = sealing.key(connection)
    if sealing.known(connection).finished:
        clear = {name: None}
    return {**clear, **sealed_with(key, table, number, name=name)}


def sealed_with(key: Key, table: Table, number: str, *, name: str = "phone") -> dict[str, Any]:
    """Give the sealed columns of a number."""
    values = {f"{name}{SEALED}": key.seal(number, f"{table.name}.{name}")}
    if f"{name}{INDEX}" in table.c:
        values[f"{name}{INDEX}"] = index_of(key, number)
    if f"{name}{ENDING}" in table.c:
        values[f"{name}{ENDING}"] = key.index("ending", number[-ENDING_DIGITS:], 12)
    return values


def index_of(key: Key, number: str) -> str:
    """Give the index by which a number is found."""
    return key.index("number", number, 24)


def number(clear: str | None, sealed: SealedTelephone | None) -> str | None:
    """Give the number of a row: what a program before release 4 wrote in clear is newest, else what is sealed."""
    if clear is not None:
        return clear
    return sealed.open() if sealed is not None else None


def masked(number: str | None) -> str | None:
    """Hide the middle of a phone number: ``199****0042``."""
    return f"{number[:3]}****{number[-4:]}" if number else None


def is_number(
    connection: Connection, table: Table, number: str, *, name: str = "phone"
) -> ColumnElement[bool]:
    """Look for a number, whichever of the keys at hand it was sealed with."""
    return is_one_of(connection, table, [number], name=name)


def is_one_of(
    connection: Connection, table: Table, numbers: Iterable[str], *, name: str = "phone"
) -> ColumnElement[bool]:
    """Look for some numbers, whichever of the keys at hand they were sealed with."""
    sealing, wanted = sealing_of(connection.dialect), list(numbers)
    indexes = list(numbers_by_index(connection, wanted))
    found: ColumnElement[bool] = table.c[f"{name}{INDEX}"].in_(indexes)
    if sealing.known(connection).finished:
        return found
    return or_(found, table.c[name].in_(wanted))


def numbers_by_index(connection: Connection, numbers: Iterable[str]) -> dict[str, str]:
    """Give some numbers by each index under which one of them may stand."""
    keys, wanted = list(sealing_of(connection.dialect).ring.keys.values()), list(numbers)
    return {index_of(key, one): one for key in keys for one in wanted}


def ends_with(
    connection: Connection, table: Table, digits: str, *, name: str = "phone"
) -> ColumnElement[bool]:
    """Look for numbers by their last four digits; any other count of digits finds nobody."""
    if len(digits) != ENDING_DIGITS or not digits.isdigit():
        return false()
    sealing = sealing_of(connection.dialect)
    endings = [key.index("ending", digits, 12) for key in sealing.ring.keys.values()]
    found: ColumnElement[bool] = table.c[f"{name}{ENDING}"].in_(endings)
    if sealing.known(connection).finished:
        return found
    return or_(found, table.c[name].like(f"%{digits}"))


def names_of(connection: Connection, what: str, plain: str) -> list[str]:
    """Give the keyed names of something that is counted by a number, that of the newest key first.

    ``plain`` is the hash that programs before release 4 keep; while they may serve it is the last of the names.
    """
    sealing = sealing_of(connection.dialect)
    current = sealing.key(connection)
    others = [key for key in sealing.ring.keys.values() if key.id != current.id]
    names = [key.index(what, plain, 24) for key in (current, *others)]
    return names if sealing.known(connection).finished else [*names, plain]


def current_key(connection: Connection) -> str:
    """Give the id of the key that seals now."""
    return sealing_of(connection.dialect).key(connection).id


def hold_number(connection: Connection, number: str) -> None:
    """Let nobody else register a number until the commit: two keys give it two indexes, which equal nothing."""
    wait_in(connection, Queue.TELEPHONE, int.from_bytes(sha256(number.encode()).digest()[:4]))


def in_clear(column: Column[Any]) -> Column[Any] | None:
    """Give the column with the numbers in clear that belongs to a sealed one; ``None`` for any other column."""
    if not isinstance(column.type, Sealed):
        return None
    found: Column[Any] = column.table.c[column.name.removesuffix(SEALED)]
    return found


def with_number(table: Table) -> list[str]:
    """Give the names of a table's numbers that are sealed."""
    return [column.name.removesuffix(SEALED) for column in table.c if isinstance(column.type, Sealed)]
