"""When accounts were last used: noted at each sign-in, looked after by the clock, never on the way of a check-in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, insert, or_, select, update

from server.core.access.roles import AccountStatus, Role
from server.core.database.upsert import Upsert
from server.people.queries.accounts import AccountAndPlaces, with_places
from server.people.rules.unused import Standing, runs_on
from server.people.tables import AccountUse, account, account_use, erasure, session, unused_watch
from server.places.tables import district

_FRESH = ("used_at", "notice_at", "closes_at", "closed_at", "status_before")
_note = Upsert(account_use, keys=("account_id",), take=_FRESH)
_erased = exists().where(erasure.c.account_id == account.c.id)
_let_in = account.c.status == AccountStatus.APPROVED.value
_open = account.c.status != AccountStatus.SUSPENDED.value


def note(connection: Connection, account_id: int, now: datetime) -> None:
    """Note that an account is used: a notice falls, and one that was closed as unused is open again."""
    _note.run(connection, {"account_id": account_id, "used_at": now, **dict.fromkeys(_FRESH[1:])})


def of(connection: Connection, account_id: int, *, lock: bool = False) -> AccountUse | None:
    """Read the use of an account; ``lock``: nobody changes it until the commit."""
    query = select(account_use).where(account_use.c.account_id == account_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return AccountUse(**row) if row else None


def watch(connection: Connection, now: datetime) -> datetime:
    """Note that it is looked now, and give since when it has been without a gap."""
    row = connection.execute(select(unused_watch).with_for_update()).mappings().first()
    if row is None:
        connection.execute(insert(unused_watch).values(id=1, since=now, looked_at=now))
        return now
    since: datetime = row["since"] if runs_on(row["looked_at"], now) else now
    connection.execute(update(unused_watch).values(since=since, looked_at=now))
    return since


_begin = Upsert(account_use)


def begin(connection: Connection, now: datetime, most: int) -> int:
    """Begin to count for accounts of which nothing is known: from now on. Tells how many."""
    known = exists().where(account_use.c.account_id == account.c.id)
    query = select(account.c.id).where(_open, ~known).order_by(account.c.id).limit(most)
    new = list(connection.execute(query).scalars())
    if new:
        _begin.run(connection, [_row(one, now) for one in new])
    return len(new)


def _row(account_id: int, used_at: datetime) -> dict[str, object]:
    return {"account_id": account_id, "used_at": used_at, **dict.fromkeys(_FRESH[1:])}


@dataclass(frozen=True, slots=True)
class Looked(Standing):
    """An open account whose use is looked at; ``signed_in_at`` is its newest session's that is kept."""

    account_id: int
    role: str
    district_id: int
    time_zone: str
    signed_in_at: datetime | None


_signed_in = (
    select(func.max(session.c.created_at)).where(session.c.account_id == account.c.id).scalar_subquery()
)
_looked = (
    select(
        account_use.c.account_id,
        account_use.c.used_at,
        account_use.c.notice_at,
        account_use.c.closes_at,
        account.c.role,
        account.c.district_id,
        district.c.time_zone,
        _signed_in.label("signed_in_at"),
    )
    .join(account, account.c.id == account_use.c.account_id)
    .join(district, district.c.id == account.c.district_id)
    .where(_open, account_use.c.closed_at.is_(None))
)


def not_used_since(connection: Connection, before: datetime, *, after: int, most: int) -> Sequence[Looked]:
    """Read open accounts of which no use is known since a time, or that have a notice, by number after one."""
    due = or_(account_use.c.used_at < before, account_use.c.notice_at.is_not(None))
    query = _looked.where(due, account_use.c.account_id > after).order_by(account_use.c.account_id)
    return [Looked(**row) for row in connection.execute(query.limit(most)).mappings()]


def looked(connection: Connection, account_id: int) -> Looked | None:
    """Read one open account as it stands."""
    row = connection.execute(_looked.where(account_use.c.account_id == account_id)).mappings().first()
    return Looked(**row) if row else None


_used = (
    update(account_use)
    .where(account_use.c.account_id == bindparam("number"), account_use.c.used_at < bindparam("at"))
    .values(used_at=bindparam("at"), notice_at=None, closes_at=None)
)


def note_used(connection: Connection, uses: Mapping[int, datetime]) -> None:
    """Note later uses that were found; their notices fall."""
    if uses:
        connection.execute(_used, [{"number": number, "at": uses[number]} for number in sorted(uses)])


def give_notice(connection: Connection, one: Looked, *, closes_at: datetime, now: datetime) -> bool:
    """Write a notice down, unless somebody else did or the account was used; tells whether it was written."""
    same = (
        account_use.c.notice_at.is_(None)
        if one.notice_at is None
        else account_use.c.notice_at == one.notice_at
    )
    done = connection.execute(
        update(account_use)
        .where(account_use.c.account_id == one.account_id, account_use.c.used_at == one.used_at, same)
        .values(notice_at=now, closes_at=closes_at)
    )
    return done.rowcount > 0


def drop_notice(connection: Connection, one: Looked) -> None:
    """Take a notice back that holds no more."""
    connection.execute(
        update(account_use)
        .where(account_use.c.account_id == one.account_id, account_use.c.notice_at == one.notice_at)
        .values(notice_at=None, closes_at=None)
    )


def close(connection: Connection, account_id: int, status_before: str, now: datetime) -> None:
    """Note that an account is closed as unused, and what it was."""
    connection.execute(
        update(account_use)
        .where(account_use.c.account_id == account_id)
        .values(closed_at=now, status_before=status_before)
    )


def unclose(connection: Connection, account_id: int) -> None:
    """Take back that an account was closed as unused: somebody suspends it."""
    connection.execute(
        update(account_use)
        .where(account_use.c.account_id == account_id, account_use.c.closed_at.is_not(None))
        .values(closed_at=None, status_before=None)
    )


def is_last_of_role(connection: Connection, one: Looked) -> bool:
    """Tell whether no other account of its role and district is let in and was used later, or has a higher number."""
    other = account_use.alias()
    later = or_(
        other.c.used_at > one.used_at,
        and_(other.c.used_at == one.used_at, other.c.account_id > one.account_id),
    )
    query = (
        select(account.c.id)
        .join(other, other.c.account_id == account.c.id)
        .where(account.c.district_id == one.district_id, account.c.role == one.role, _let_in, later)
        .limit(1)
    )
    return connection.execute(query).first() is None


def to_erase(connection: Connection, closed_before: datetime, most: int) -> list[int]:
    """Read guards who were closed as unused before a time, and of whom nobody has asked that they be erased."""
    query = (
        select(account_use.c.account_id)
        .join(account, account.c.id == account_use.c.account_id)
        .where(account_use.c.closed_at < closed_before, account.c.role == Role.GUARD.value, ~_erased)
        .order_by(account_use.c.closed_at)
        .limit(most)
    )
    return list(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class UnusedAccount(AccountAndPlaces):
    """An account that closes soon, or was closed because nobody used it since."""

    used_at: datetime


def page(
    connection: Connection,
    district_id: int,
    *,
    closed: bool,
    wanted: ColumnElement[bool],
    after: int,
    most: int,
) -> list[UnusedAccount]:
    """Read the accounts of a district with a notice, or those closed as unused, by number after one."""
    query = with_places.add_columns(account_use.c.used_at).where(
        account.c.district_id == district_id, account.c.id > after, wanted
    )
    if closed:
        query = query.where(account_use.c.closed_at.is_not(None), ~_erased)
    else:
        query = query.where(_open, account_use.c.closes_at.is_not(None))
    rows = connection.execute(query.order_by(account.c.id).limit(most)).mappings()
    return [UnusedAccount(**row) for row in rows]


def one(connection: Connection, account_id: int) -> UnusedAccount:
    """Read an account whose use is known."""
    query = with_places.add_columns(account_use.c.used_at).where(account.c.id == account_id)
    return UnusedAccount(**connection.execute(query).mappings().one())
