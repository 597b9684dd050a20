"""Taking a list of guards over, some rows at a time, and taking that back: what an alarm writes goes between.

All that a piece needs stands in its rows. Nothing that changed since the list was read is written over: the piece that
meets it leaves everything as it is, and all before it is undone.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection, bindparam, delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from server.core import audit
from server.core.access.roles import AccountStatus, Category
from server.core.database.sealing import telephones
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.people.facts import AccountClosed, GuardsListed, StandingChanged
from server.people.queries import accounts, imports
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules.imports import Verdict
from server.people.service import listing, news
from server.people.service.import_matching import standing
from server.people.service.listing import Named
from server.people.tables import account
from server.people.tables.imports import GuardImport, GuardImportRow
from server.places.tables import school, station

_CHANGED = ("name", "category", "school_id", "station_id", "status", "claimed_name")
_change = (
    update(account)
    .where(account.c.id == bindparam("at_id"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGED})
)


def stands(connection: Connection, rows: Sequence[GuardImportRow]) -> bool:
    """Tell whether all whom some rows change are as they were, and nobody has the telephone of somebody new."""
    new = [one for one in rows if one.verdict == Verdict.NEW]
    phones = [one.telephone for one in new]
    known = [one for one in phones if one is not None]
    # One that cannot be opened any more cannot be taken over.
    if len(known) < len(new) or accounts.by_phones(connection, known):
        return False
    changed = {one.account_id: one.was for one in rows if one.verdict == Verdict.CHANGED}
    there = accounts.by_ids(connection, {one for one in changed if one is not None})
    if _leads_to_closed(connection, rows):
        return False
    return all(number in there and standing(there[number]) == was for number, was in changed.items())


def _leads_to_closed(connection: Connection, rows: Sequence[GuardImportRow]) -> bool:
    """Tell whether some rows bring anybody to a school or station that was closed since they were read."""
    for table, name in ((school, "school_id"), (station, "station_id")):
        numbers = {getattr(one, name) for one in rows if getattr(one, name) != one.was.get(name)} - {None}
        gone = table.c.id.in_(sorted(numbers)) & table.c.archived_at.is_not(None)
        if numbers and connection.execute(select(exists().where(gone))).scalar():
            return True
    return False


def take(transaction: Transaction, one: GuardImport, rows: Sequence[GuardImportRow], limits: Limits) -> bool:
    """Take some rows over that are not yet; ``False``: something changed meanwhile, and nothing was written."""
    rows = [row for row in rows if row.applied_at is None]
    connection, now = transaction.connection, transaction.now
    new = [row for row in rows if row.verdict == Verdict.NEW]
    for phone in sorted(row.telephone or "" for row in new):
        telephones.hold_number(connection, phone)
    if not stands(connection, rows):
        return False
    made = _make(transaction, one, new)
    changed = {row.id: row.account_id for row in rows if row.verdict == Verdict.CHANGED}
    _change_some(transaction, [row for row in rows if row.verdict == Verdict.CHANGED], limits)
    imports.note_applied(connection, made | changed, now)
    return True


def record(transaction: Transaction, one: GuardImport, rows: Sequence[GuardImportRow]) -> None:
    """Let the audit log and each person see what was taken over: once all is, since what is undone leaves no trace."""
    new = sum(row.verdict == Verdict.NEW for row in rows)
    seen = [row.account_id for row in rows if row.account_id is not None]
    _record(transaction, one, "guards.imported", {"new": new, "changed": len(rows) - new}, seen)


def undo(transaction: Transaction, one: GuardImport, rows: Sequence[GuardImportRow], limits: Limits) -> None:
    """Take some rows back: who is new goes, unless he has come meanwhile; who was changed is as he was."""
    connection = transaction.connection
    new = {row.account_id for row in rows if row.verdict == Verdict.NEW and row.account_id is not None}
    waiting = imports.enrolled(connection, new)
    imports.has_come(connection, waiting)
    transaction.announce(GuardsListed((), tuple(sorted(waiting))))
    gone = _delete(transaction, waiting)
    back = [row for row in rows if row.verdict == Verdict.CHANGED]
    there = accounts.by_ids(connection, {row.account_id for row in back if row.account_id is not None})
    mine = [row for row in back if row.account_id in there and _is_as_taken(there[row.account_id], row)]
    if mine:
        connection.execute(_change, [_values(row, row.was) for row in mine])
    _tell(transaction, [row.account_id for row in mine], limits)
    imports.note_applied(
        connection,
        {row.id: row.account_id if row.verdict == Verdict.CHANGED else None for row in rows},
        None,
    )
    facts = {"new": gone, "changed": len(mine)}
    _record(
        transaction, one, "guards.import_undone", facts, [row.account_id for row in mine if row.account_id]
    )


def _delete(transaction: Transaction, account_ids: Collection[int]) -> int:
    """Delete accounts that nobody has used; one that something refers to already stays. Gives how many are gone."""
    gone = 0
    for number in sorted(account_ids):
        with suppress(IntegrityError), transaction.savepoint():
            transaction.connection.execute(delete(account).where(account.c.id == number))
            gone += 1
    return gone


def _make(
    transaction: Transaction, one: GuardImport, rows: Sequence[GuardImportRow]
) -> dict[int, int | None]:
    """Make the accounts of people who are new; gives their numbers by row."""
    if not rows:
        return {}
    named = {
        row.id: Named(row.name, row.telephone or "", row.category, row.school_id, row.station_id)
        for row in rows
    }
    made = listing.make(transaction, list(named.values()), district_id=one.district_id, by=one.account_id)
    return {row: made[person.phone] for row, person in named.items()}


def _change_some(transaction: Transaction, rows: Sequence[GuardImportRow], limits: Limits) -> None:
    if not rows:
        return
    transaction.connection.execute(_change, [_values(row, _wanted(row)) for row in rows])
    for row in rows:
        if row.account_id is not None and _status_after(row) != row.was["status"]:
            # Somebody else's claim stands there now, and waits.
            transaction.announce(AccountClosed(row.account_id, limits))
    _tell(transaction, [row.account_id for row in rows], limits)


def _wanted(row: GuardImportRow) -> Mapping[str, str | int | None]:
    return {
        "name": row.name,
        "category": row.category,
        "school_id": row.school_id,
        "station_id": row.station_id,
        "status": _status_after(row),
        # A claimed name that nobody changed stays one until somebody has approved it.
        "claimed_name": row.was.get("claimed_name") if row.name == row.was["name"] else None,
    }


def _status_after(row: GuardImportRow) -> str | int | None:
    """Give the status after a change: who becomes police, or another station's, is decided on by that station."""
    if row.category != Category.POLICE:
        return row.was["status"]
    same = row.was["category"] == Category.POLICE and row.was["station_id"] == row.station_id
    return row.was["status"] if same else AccountStatus.PENDING.value


def _values(row: GuardImportRow, values: Mapping[str, str | int | None]) -> dict[str, object]:
    return {"at_id": row.account_id, **{f"new_{name}": values.get(name) for name in _CHANGED}}


def _is_as_taken(there: AccountAndPlaces, row: GuardImportRow) -> bool:
    return standing(there) == _wanted(row)


def _tell(transaction: Transaction, account_ids: Collection[int | None], limits: Limits) -> None:
    """Tell those over some guards, and have the standing of each judged anew in open alarms."""
    numbers = tuple(number for number in account_ids if number is not None)
    for number in numbers:
        news.publish_guard(transaction, number)
    transaction.announce(StandingChanged(numbers, limits))


def _record(
    transaction: Transaction, one: GuardImport, act: str, facts: Mapping[str, int], seen: Collection[int]
) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=one.account_id,
        act=act,
        facts={"import_id": one.id, **facts},
        seen=seen,
    )
