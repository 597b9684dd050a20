"""Check-ins: who stood where, from when to when, and what speaks against it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    func,
    select,
    update,
)

from server.core.access.roles import Category, group_of
from server.core.database.many_rows import ManyRows
from server.core.database.sealing import telephones
from server.core.database.sealing.telephones import SealedTelephone
from server.core.moments import moment, moment_or_none
from server.duty.rules.arrival_curve import Stay
from server.duty.rules.shapes import CheckInView, PostNews
from server.duty.tables import CheckIn, check_in
from server.people.tables import account
from server.places.tables import post


@dataclass(frozen=True, slots=True)
class Duty(CheckIn):
    """A check-in with its post's name."""

    post_name: str


@dataclass(frozen=True, slots=True)
class Person(CheckIn):
    """A check-in with whose it is."""

    name: str
    phone: str | None
    phone_sealed: SealedTelephone | None
    status: str

    @property
    def telephone(self) -> str | None:
        """Give his number; ``None`` where it cannot be opened."""
        return telephones.number(self.phone, self.phone_sealed)


_with_post = select(check_in, post.c.name.label("post_name")).join(post, check_in.c.post_id == post.c.id)


_open_of_account = _with_post.where(
    check_in.c.account_id == bindparam("account_id"), check_in.c.checked_out_at.is_(None)
)
_by_id = _with_post.where(check_in.c.id == bindparam("check_in_id"))
_newest_of_account = (
    _with_post.where(check_in.c.account_id == bindparam("account_id")).order_by(check_in.c.id.desc()).limit(1)
)
_leading = (
    select(check_in.c.id)
    .join(account, check_in.c.account_id == account.c.id)
    .where(
        check_in.c.post_id == bindparam("post_id"),
        check_in.c.checked_out_at.is_(None),
        check_in.c.verified,
        account.c.category == Category.DUTY_LEADER.value,
    )
)
_accounts_of_devices = (
    select(check_in.c.device_id, func.min(check_in.c.account_id), func.max(check_in.c.account_id))
    .where(
        check_in.c.device_id.in_(bindparam("device_ids", expanding=True)), check_in.c.at >= bindparam("since")
    )
    .group_by(check_in.c.device_id)
)


def open_of_account(connection: Connection, account_id: int) -> Duty | None:
    """Read the duty that an account is on now, with its post's name."""
    row = connection.execute(_open_of_account, {"account_id": account_id}).mappings().first()
    return Duty(**row) if row else None


def leading(connection: Connection, post_id: int) -> list[int]:
    """Read the duties of those who lead a post now."""
    return list(connection.execute(_leading, {"post_id": post_id}).scalars())


def by_id(connection: Connection, check_in_id: int) -> Duty | None:
    """Read a check-in with its post's name."""
    row = connection.execute(_by_id, {"check_in_id": check_in_id}).mappings().first()
    return Duty(**row) if row else None


def newest_of_account(connection: Connection, account_id: int) -> Duty | None:
    """Read the newest check-in of an account, ended or not, with its post's name."""
    row = connection.execute(_newest_of_account, {"account_id": account_id}).mappings().first()
    return Duty(**row) if row else None


_people = select(check_in, account.c.name, account.c.phone, account.c.phone_sealed, account.c.status).join(
    account, check_in.c.account_id == account.c.id
)


def people_at_post(connection: Connection, *, post_id: int, peak: str, on: date) -> list[Person]:
    """Read who is on duty at a post with names and phones, in the order of their coming."""
    query = _people.where(
        check_in.c.post_id == post_id,
        check_in.c.date == on,
        check_in.c.peak == peak,
        check_in.c.checked_out_at.is_(None),
    ).order_by(check_in.c.id)
    return [Person(**row) for row in connection.execute(query).mappings()]


def people_besides(connection: Connection, post_id: int, check_in_ids: Collection[int]) -> list[Person]:
    """Read who is on duty at a post by other check-ins than some, in the order of their coming."""
    query = _people.where(
        check_in.c.post_id == post_id,
        check_in.c.checked_out_at.is_(None),
        check_in.c.id.not_in(check_in_ids),
    ).order_by(check_in.c.id)
    return [Person(**row) for row in connection.execute(query).mappings()]


def people_in_seats(connection: Connection, check_in_ids: Collection[int]) -> dict[int, Person]:
    """Read whose some check-ins are, with names and phones, by their numbers."""
    if not check_in_ids:
        return {}
    rows = connection.execute(_people.where(check_in.c.id.in_(check_in_ids))).mappings()
    return {row["id"]: Person(**row) for row in rows}


_names = select(account.c.id, account.c.name).where(
    account.c.id.in_(bindparam("account_ids", expanding=True))
)


def named(connection: Connection, news: Sequence[PostNews]) -> list[PostNews]:
    """Add their names to the seats in what changed of posts."""
    asked = {seat["account_id"] for one in news for seat in one["seats"]}
    if not asked:
        return list(news)
    rows = connection.execute(_names, {"account_ids": sorted(filter(None, asked))})
    names: dict[int | None, str] = {row.id: row.name for row in rows}
    return [
        {**one, "seats": [{**seat, "name": names.get(seat["account_id"])} for seat in one["seats"]]}
        for one in news
    ]


def accounts_of_devices(
    connection: Connection, device_ids: Iterable[str], since: datetime
) -> dict[str, set[int]]:
    """Read which accounts checked in on some devices since a time: the lowest and the highest number of each."""
    asked = {"device_ids": list(device_ids), "since": since}
    return {
        device_id: {low, high} for device_id, low, high in connection.execute(_accounts_of_devices, asked)
    }


_WRITTEN = tuple(field.name for field in fields(CheckIn) if field.name != "id")
_written_of = attrgetter(*_WRITTEN)
_begin = ManyRows(check_in, _WRITTEN, "RETURNING id, account_id")


def begin(connection: Connection, duties: Iterable[Duty]) -> list[Duty]:
    """Write duties that begin, of each account one, and give them with their numbers, in their order.

    Raises ``IntegrityError`` where an account is on duty already: another process wrote meanwhile.
    """
    new = list(duties)
    rows = [_written_of(one) for one in new]
    numbers = {row.account_id: row.id for row in _begin.write(connection, rows)}
    return [
        Duty(id=numbers[one.account_id], post_name=one.post_name, **dict(zip(_WRITTEN, row, strict=True)))
        for one, row in zip(new, rows, strict=True)
    ]


_check_out = (
    update(check_in)
    .where(check_in.c.id.in_(bindparam("check_in_ids", expanding=True)), check_in.c.checked_out_at.is_(None))
    .values(checked_out_at=bindparam("ended_at"), checked_out_how=bindparam("how"))
    .returning(check_in.c.id)
)


def check_out_all(connection: Connection, check_in_ids: Iterable[int], *, at: datetime, how: str) -> set[int]:
    """End open duties: ``how`` is a ``CheckOutHow``; gives the numbers of those that were open still."""
    asked = {"check_in_ids": list(check_in_ids), "ended_at": at, "how": how}
    return set(connection.execute(_check_out, asked).scalars())


def confirm(connection: Connection, check_in_id: int, *, by: int, now: datetime) -> None:
    """Mark a check-in as verified by a person."""
    connection.execute(
        update(check_in)
        .where(check_in.c.id == check_in_id)
        .values(verified=True, confirmed_by=by, confirmed_at=now)
    )


def turn(connection: Connection, check_in_id: int, **values: Any) -> bool:
    """Judge an open check-in anew that nobody has verified meanwhile; tells whether it was one."""
    turned = connection.execute(
        update(check_in)
        .where(
            check_in.c.id == check_in_id, check_in.c.verified.is_(False), check_in.c.checked_out_at.is_(None)
        )
        .values(**values)
    )
    return turned.rowcount > 0


def check_out(connection: Connection, check_in_id: int, *, at: datetime, how: str) -> bool:
    """End an open duty, as ``check_out_all`` does; tells whether it was open still."""
    return bool(check_out_all(connection, [check_in_id], at=at, how=how))


def overdue(connection: Connection, ended_by: datetime) -> list[Duty]:
    """Read the duties still open whose peak ended at a time or before it."""
    query = _with_post.where(check_in.c.checked_out_at.is_(None), check_in.c.ends_at <= ended_by)
    return [Duty(**row) for row in connection.execute(query).mappings()]


_stood_before = (
    select(check_in.c.account_id)
    .where(
        check_in.c.account_id.in_(bindparam("account_ids", expanding=True)),
        check_in.c.post_id == bindparam("post_id"),
        check_in.c.verified,
        check_in.c.checked_out_at.is_not(None),
    )
    .distinct()
)


def stood_before(connection: Connection, post_id: int, account_ids: Iterable[int]) -> set[int]:
    """Tell which of some accounts have stood at a post before, verified, as far back as duties are kept."""
    wanted = sorted(account_ids)
    if not wanted:
        return set()
    return set(connection.execute(_stood_before, {"post_id": post_id, "account_ids": wanted}).scalars())


def view(row: Duty) -> CheckInView:
    """Write a check-in as clients see it: times as text, the person by number."""
    return {
        "id": row.id,
        "account_id": row.account_id,
        "post_id": row.post_id,
        "post_name": row.post_name,
        "category": row.category,
        "group": group_of(row.category).value,
        "shift": row.shift,
        "verdict": row.verdict,
        "minutes_late": row.minutes_late,
        "verified": row.verified,
        "flags": row.flags,
        "distance_m": row.distance_m,
        "at": moment(row.at),
        "claimed_at": moment(row.claimed_at),
        "checked_out_at": moment_or_none(row.checked_out_at),
        "confirmed_by": row.confirmed_by,
        "confirmed_at": moment_or_none(row.confirmed_at),
    }


def stays(connection: Connection, shifts: Mapping[int, tuple[str, str]]) -> list[Stay]:
    """List from when to when each verified person stood at posts in their shifts, given ``{post: (peak, date)}``."""
    keys = set(shifts.values())
    asked = ("post_id", "category", "peak", "date", "at", "confirmed_at", "checked_out_at")
    query = select(*(check_in.c[name] for name in asked)).where(
        check_in.c.post_id.in_(shifts),
        check_in.c.peak.in_({peak for peak, _on in keys}),
        check_in.c.date.in_({date.fromisoformat(on) for _peak, on in keys}),
        check_in.c.verified,
    )
    return [
        Stay(row.post_id, group_of(row.category), row.confirmed_at or row.at, row.checked_out_at)
        for row in connection.execute(query)
        if shifts[row.post_id] == (row.peak, row.date.isoformat())
    ]


def forget_devices(connection: Connection, account_id: int) -> None:
    """Forget on which phones an account checked in."""
    connection.execute(update(check_in).where(check_in.c.account_id == account_id).values(device_id=None))
