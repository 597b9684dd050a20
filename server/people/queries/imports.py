"""Lists of guards that consoles bring in, their rows, and who is on a list and has not come yet."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from server.core.database.old_rows import oldest
from server.core.database.sealing import telephones
from server.people.rules.imports import ImportState, Verdict
from server.people.tables.imports import (
    GuardImport,
    GuardImportRow,
    enrolment,
    guard_import,
    guard_import_row,
)

_IN_THE_MIDDLE = (ImportState.TAKING.value, ImportState.UNDOING.value)
CHANGING = (Verdict.NEW.value, Verdict.CHANGED.value)


def add(connection: Connection, values: Mapping[str, object]) -> int:
    """Write a list down and give its number."""
    made = insert(guard_import).values(values).returning(guard_import.c.id)
    number: int = connection.execute(made).scalar_one()
    return number


def by_id(
    connection: Connection, number: int, *, account_id: int | None = None, lock: bool = False
) -> GuardImport | None:
    """Read a list; with ``account_id`` only one of that account; ``lock``: nobody changes it until the commit."""
    query = select(guard_import).where(guard_import.c.id == number)
    if account_id is not None:
        query = query.where(guard_import.c.account_id == account_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return GuardImport(**row) if row else None


def of_account(connection: Connection, account_id: int, now: datetime, limit: int) -> list[GuardImport]:
    """Read an account's lists that are still kept, the newest first."""
    query = (
        select(guard_import)
        .where(guard_import.c.account_id == account_id, guard_import.c.expires_at > now)
        .order_by(guard_import.c.id.desc())
        .limit(limit)
    )
    return [GuardImport(**row) for row in connection.execute(query).mappings()]


def change(connection: Connection, number: int, **values: object) -> None:
    """Change columns of a list."""
    connection.execute(update(guard_import).where(guard_import.c.id == number).values(**values))


def put_rows(connection: Connection, import_id: int, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows of a list, in place of those with the same numbers that an earlier worker wrote."""
    there = guard_import_row.c.place.in_([row["place"] for row in rows])
    connection.execute(delete(guard_import_row).where(guard_import_row.c.import_id == import_id, there))
    connection.execute(insert(guard_import_row), [{**row, "import_id": import_id} for row in rows])


def forget_rows(connection: Connection, import_id: int) -> None:
    """Delete what was read of a list."""
    connection.execute(delete(guard_import_row).where(guard_import_row.c.import_id == import_id))


def rows_of(
    connection: Connection,
    import_id: int,
    *,
    verdicts: Collection[str],
    after: int,
    limit: int,
    applied: bool | None = None,
) -> list[GuardImportRow]:
    """Read rows of a list in the order of the file, after one; ``applied``: only those that are, or are not yet."""
    query = (
        select(guard_import_row)
        .where(
            guard_import_row.c.import_id == import_id,
            guard_import_row.c.verdict.in_(list(verdicts)),
            guard_import_row.c.place > after,
        )
        .order_by(guard_import_row.c.place)
        .limit(limit)
    )
    if applied is not None:
        column = guard_import_row.c.applied_at
        query = query.where(column.is_not(None) if applied else column.is_(None))
    return [GuardImportRow(**row) for row in connection.execute(query).mappings()]


def rows_at(connection: Connection, import_id: int, places: Collection[int]) -> list[GuardImportRow]:
    """Read some rows of a list."""
    query = (
        select(guard_import_row)
        .where(guard_import_row.c.import_id == import_id, guard_import_row.c.place.in_(list(places)))
        .order_by(guard_import_row.c.place)
    )
    return [GuardImportRow(**row) for row in connection.execute(query).mappings()]


_note_applied = (
    update(guard_import_row)
    .where(guard_import_row.c.id == bindparam("at_id"))
    .values(applied_at=bindparam("new_applied_at"), account_id=bindparam("new_account_id"))
)


def note_applied(
    connection: Connection, accounts: Mapping[int, int | None], applied_at: datetime | None
) -> None:
    """Note of some rows whose account they made or changed, and when; ``None``: it was undone."""
    connection.execute(
        _note_applied,
        [
            {"at_id": row, "new_applied_at": applied_at, "new_account_id": account_id}
            for row, account_id in accounts.items()
        ],
    )


def forget_person(connection: Connection, account_id: int, phone: str | None) -> None:
    """Delete a person from lists that are not decided on, and that he is on one."""
    his = guard_import_row.c.account_id == account_id
    if phone is not None:
        his = or_(his, telephones.is_number(connection, guard_import_row, phone))
    connection.execute(delete(guard_import_row).where(his))
    has_come(connection, [account_id])


def old_rows_of_lists(before: datetime) -> Delete:
    """Delete rows of lists of before a time, unless they are just being taken over."""
    old = select(guard_import.c.id).where(_is_old(before))
    return oldest(guard_import_row, guard_import_row.c.import_id.in_(old))


def old_lists(before: datetime) -> Delete:
    """Delete lists of before a time that have no rows any more."""
    rows = exists().where(guard_import_row.c.import_id == guard_import.c.id)
    return oldest(guard_import, and_(_is_old(before), ~rows))


def _is_old(before: datetime) -> ColumnElement[bool]:
    return and_(guard_import.c.asked_at < before, guard_import.c.state.not_in(_IN_THE_MIDDLE))


def enrol(connection: Connection, account_ids: Collection[int], *, by: int | None, now: datetime) -> None:
    """Note that some accounts are on a list and have not come yet."""
    rows = [{"account_id": one, "by": by, "at": now} for one in sorted(account_ids)]
    if rows:
        connection.execute(insert(enrolment), rows)


def enrolled(connection: Connection, account_ids: Collection[int]) -> set[int]:
    """Tell who of some is on a list and has not come yet."""
    query = select(enrolment.c.account_id).where(enrolment.c.account_id.in_(list(account_ids)))
    return set(connection.execute(query).scalars())


def has_come(connection: Connection, account_ids: Collection[int]) -> None:
    """Note that some people have come themselves, or are on no list any more."""
    connection.execute(delete(enrolment).where(enrolment.c.account_id.in_(list(account_ids))))


def left_in_the_middle(connection: Connection) -> list[GuardImport]:
    """Read the lists that are being taken over or undone."""
    query = select(guard_import).where(guard_import.c.state.in_(_IN_THE_MIDDLE))
    return [GuardImport(**row) for row in connection.execute(query).mappings()]
