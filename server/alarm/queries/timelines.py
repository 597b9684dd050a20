"""The timeline of each alarm: lines that are only ever added, each chained to the one before it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    true,
    union_all,
)

from server.alarm.queries.alarms import change_later, waiting_changes, write_but_changes
from server.alarm.rules.alarm import NEWEST_ENTRIES, Entry
from server.alarm.rules.timeline_chain import seal
from server.alarm.tables.alarms import alarm
from server.alarm.tables.timelines import AlarmEntry, alarm_entry
from server.core.database.transaction import Transaction
from server.core.database.transaction_rows import TransactionRows

_FIRST_DECIDES = (Entry.RAISED.value, Entry.FULL_STANDING.value, Entry.WITHDRAWAL.value)


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of an alarm's timeline before it has its place in the chain."""

    alarm_id: int
    actor_id: int | None
    act: Entry
    facts: Mapping[str, object]


_add = insert(alarm_entry).returning(alarm_entry.c.id, alarm_entry.c.alarm_id, alarm_entry.c.ordinal)
_end_of = select(alarm.c.entry_count, alarm.c.head).where(alarm.c.id == bindparam("number"))
_end_of_locked = _end_of.with_for_update()


class ChainEnd(TypedDict):
    """The end of an alarm's chain as the audit log and the report keep it."""

    entries: int
    head: str


def enter(
    transaction: Transaction,
    alarm_id: int,
    *,
    act: Entry,
    actor_id: int | None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Add a line to the timeline; ``actor_id`` is ``None`` for what the clock or the rules did."""
    add_entries(transaction, [NewLine(alarm_id, actor_id, act, facts or {})])


def add_entries(transaction: Transaction, lines: Iterable[NewLine]) -> None:
    """Add lines to timelines, each chained to the one before it in its alarm; all of a transaction are written at once.

    Whoever writes an alarm holds its row, so the chain has one end.
    """
    transaction.collect(_write, lines)


def entries(connection: Connection, alarm_ids: Iterable[int]) -> list[AlarmEntry]:
    """Read the whole timelines of some alarms, in the order in which things happened."""
    query = select(alarm_entry).where(alarm_entry.c.alarm_id.in_(list(alarm_ids))).order_by(alarm_entry.c.id)
    return [AlarmEntry(**row) for row in connection.execute(query).mappings()]


# Of an alarm that this transaction has raised its whole timeline is known; of others only its newest lines are asked.
written: TransactionRows[AlarmEntry] = TransactionRows("timeline of an alarm", entries)


def _write(transaction: Transaction, lines: list[NewLine]) -> None:
    numbers = {line.alarm_id for line in lines}
    ends = {number: _end_now(transaction, number) for number in sorted(numbers)}
    rows = []
    for line in lines:
        row = _chained(line, ends[line.alarm_id], transaction.now)
        ends[line.alarm_id] = {"entries": row["ordinal"], "head": row["hash"]}
        rows.append(row)
    numbers_of = {
        (alarm_id, ordinal): number
        for number, alarm_id, ordinal in transaction.connection.execute(_add, rows)
    }
    for row in rows:
        known = written.known(transaction, row["alarm_id"])
        if known is not None:
            entry = AlarmEntry(id=numbers_of[row["alarm_id"], row["ordinal"]], **row)
            written.now(transaction, entry.alarm_id, [*known, entry])
    for number, end in ends.items():
        change_later(transaction, number, entry_count=end["entries"], head=end["head"])


def _chained(line: NewLine, end: ChainEnd, at: datetime) -> dict[str, Any]:
    """Make the row of a line that follows the end of its alarm's chain."""
    ordinal, previous = end["entries"] + 1, end["head"]
    said: dict[str, Any] = {
        "alarm_id": line.alarm_id,
        "ordinal": ordinal,
        "at": at,
        "actor_id": line.actor_id,
        "act": line.act.value,
        "facts": line.facts,
    }
    return {**said, "previous_hash": previous, "hash": seal(**said, previous=previous)}


def _end_now(transaction: Transaction, alarm_id: int) -> ChainEnd:
    """Give the end of an alarm's chain, with what this transaction has written of it."""
    waiting = waiting_changes(transaction, alarm_id)
    if "head" in waiting:
        return {"entries": waiting["entry_count"], "head": waiting["head"]}
    count, head = transaction.connection.execute(_end_of_locked, {"number": alarm_id}).one()
    return {"entries": count, "head": head}


def head_of(connection: Connection, alarm_id: int) -> ChainEnd:
    """Read the end of an alarm's chain."""
    count, head = connection.execute(_end_of, {"number": alarm_id}).one()
    return {"entries": count, "head": head}


_NUMBERS: BindParameter[list[int]] = bindparam("numbers", expanding=True)


def _one_of_each(which: ColumnElement[int], acts: Iterable[str]) -> Select[int]:
    """Choose one entry of each who did some of these acts in some alarms."""
    return (
        select(which)
        .where(alarm_entry.c.alarm_id.in_(_NUMBERS), alarm_entry.c.act.in_(acts))
        .group_by(alarm_entry.c.alarm_id, alarm_entry.c.act, alarm_entry.c.actor_id)
    )


_deciding = alarm_entry.c.id.in_(
    union_all(
        _one_of_each(func.min(alarm_entry.c.id), _FIRST_DECIDES),
        _one_of_each(func.max(alarm_entry.c.id), (Entry.ACKNOWLEDGED.value,)),
    )
)
_late = and_(alarm.c.id.in_(_NUMBERS), alarm_entry.c.ordinal > alarm.c.entry_count - NEWEST_ENTRIES)
_newest = (
    select(alarm_entry)
    .join(alarm, alarm.c.id == alarm_entry.c.alarm_id)
    .where(or_(_late, _deciding))
    .order_by(alarm_entry.c.id)
)
_that_decide = select(alarm_entry).where(_deciding)


def newest(connection: Connection, alarm_ids: Iterable[int]) -> list[AlarmEntry]:
    """Read the newest entries of some alarms, and of the earlier ones those by which pages decide something.

    Those are the first entry, the first report with standing, each console's last acknowledgement and the first
    withdrawal: they end a sound or tell whose turn it is, and no number of notes may push them out. In the order in
    which things happened.
    """
    rows = connection.execute(_newest, {"numbers": list(alarm_ids)})
    return [AlarmEntry(**row) for row in rows.mappings()]


def deciding(connection: Connection, alarm_id: int) -> list[AlarmEntry]:
    """Read the entries of an alarm by which pages decide something."""
    rows = connection.execute(_that_decide, {"numbers": [alarm_id]})
    return [AlarmEntry(**row) for row in rows.mappings()]


def last(
    connection: Connection,
    alarm_id: int,
    *,
    limit: int,
    among: Collection[int] | None = None,
    besides: Collection[int] = (),
) -> list[AlarmEntry]:
    """Read the last entries of an alarm, ``among`` those of some people, or of all ``besides`` some."""
    whose = alarm_entry.c.actor_id.in_(among) if among is not None else true()
    others = or_(alarm_entry.c.actor_id.is_(None), alarm_entry.c.actor_id.not_in(besides))
    query = select(alarm_entry).where(alarm_entry.c.alarm_id == alarm_id, whose, others)
    rows = connection.execute(query.order_by(alarm_entry.c.ordinal.desc()).limit(limit)).mappings()
    return [AlarmEntry(**row) for row in rows]


def page(connection: Connection, alarm_id: int, *, before: int, limit: int) -> list[AlarmEntry]:
    """Read the entries of an alarm before one of them (0: the newest ones), the newest first."""
    query = select(alarm_entry).where(alarm_entry.c.alarm_id == alarm_id)
    if before:
        query = query.where(alarm_entry.c.id < before)
    query = query.order_by(alarm_entry.c.id.desc()).limit(limit)
    return [AlarmEntry(**row) for row in connection.execute(query).mappings()]


def actors(connection: Connection, alarm_id: int) -> set[int]:
    """Give the accounts that did something in an alarm's timeline."""
    query = select(alarm_entry.c.actor_id).where(
        alarm_entry.c.alarm_id == alarm_id, alarm_entry.c.actor_id.is_not(None)
    )
    return set(connection.execute(query.distinct()).scalars())


_acknowledgements = (
    select(alarm_entry)
    .where(
        alarm_entry.c.alarm_id.in_(bindparam("numbers", expanding=True)),
        alarm_entry.c.act.in_((Entry.ACKNOWLEDGED.value, Entry.FULL_STANDING.value)),
    )
    .order_by(alarm_entry.c.id)
)


def acknowledgements(transaction: Transaction, alarm_ids: Iterable[int]) -> list[AlarmEntry]:
    """Read what consoles acknowledged in some alarms, in the order in which it happened.

    What they acknowledged before the first report with standing joined was another thing: it counts no more.
    """
    write_but_changes(transaction)
    numbers = {"numbers": list(alarm_ids)}
    found: list[AlarmEntry] = []
    for row in transaction.connection.execute(_acknowledgements, numbers).mappings():
        line = AlarmEntry(**row)
        if line.act == Entry.ACKNOWLEDGED.value:
            found.append(line)
        elif line.facts.get("anew"):
            found = [one for one in found if one.alarm_id != line.alarm_id]
    return found
