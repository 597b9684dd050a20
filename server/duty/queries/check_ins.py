"""Check-ins: who stood where, from when to when, and what speaks against it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    select,
    update,
)

from server.calendar.rules import Shift
from server.core.access.roles import group_of
from server.core.moments import moment, moment_or_none
from server.duty.rules.arrival_curve import Stay
from server.duty.tables import check_in
from server.people.tables import account
from server.places.tables import post

_with_post = select(check_in, post.c.name.label("post_name")).join(post, check_in.c.post_id == post.c.id)


_open_of_account = _with_post.where(
    check_in.c.account_id == bindparam("account_id"), check_in.c.checked_out_at.is_(None)
)
_by_id = _with_post.where(check_in.c.id == bindparam("check_in_id"))
_of_shift = (
    check_in.c.post_id == bindparam("post_id"),
    check_in.c.date == bindparam("on"),
    check_in.c.peak == bindparam("peak"),
)
_open_at_post = (
    select(
        check_in.c.id,
        check_in.c.account_id,
        check_in.c.category,
        check_in.c.verified,
        check_in.c.verdict,
        check_in.c.flags,
    )
    .where(*_of_shift, check_in.c.checked_out_at.is_(None))
    .order_by(check_in.c.id)
)
_came = select(check_in.c.account_id).where(*_of_shift)
_last_of_device = (
    select(check_in.c.account_id)
    .where(
        check_in.c.device_id == bindparam("device_id"),
        check_in.c.at >= bindparam("since"),
        check_in.c.account_id != bindparam("but"),
    )
    .limit(1)
)


def open_of_account(connection: Connection, account_id: int) -> Mapping[str, Any] | None:
    """Read the duty that an account is on now, with its post's name."""
    row = connection.execute(_open_of_account, {"account_id": account_id}).mappings().first()
    return dict(row) if row else None


def by_id(connection: Connection, check_in_id: int) -> Mapping[str, Any] | None:
    """Read a check-in with its post's name."""
    row = connection.execute(_by_id, {"check_in_id": check_in_id}).mappings().first()
    return dict(row) if row else None


def open_at_post(connection: Connection, *, post_id: int, peak: str, on: date) -> list[Any]:
    """Read who is on duty at a post at a peak, in the order of their coming."""
    return list(connection.execute(_open_at_post, {"post_id": post_id, "peak": peak, "on": on}))


def came(connection: Connection, *, post_id: int, peak: str, on: date) -> set[int]:
    """Read the accounts that checked in at a post at a peak, still there or gone."""
    return set(connection.execute(_came, {"post_id": post_id, "peak": peak, "on": on}).scalars())


def people_at_post(connection: Connection, *, post_id: int, peak: str, on: date) -> list[Mapping[str, Any]]:
    """Read who is on duty at a post with names and phones, in the order of their coming."""
    query = (
        select(check_in, account.c.name, account.c.phone, account.c.status)
        .join(account, check_in.c.account_id == account.c.id)
        .where(
            check_in.c.post_id == post_id,
            check_in.c.date == on,
            check_in.c.peak == peak,
            check_in.c.checked_out_at.is_(None),
        )
        .order_by(check_in.c.id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def last_of_device(connection: Connection, device_id: str, since: datetime, but: int) -> int | None:
    """Find another account that checked in on a device since a time."""
    asked = {"device_id": device_id, "since": since, "but": but}
    return connection.execute(_last_of_device, asked).scalar()


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
    """End an open duty: ``how`` is a ``CheckOutHow``; tells whether it was open still."""
    ended = connection.execute(
        update(check_in)
        .where(check_in.c.id == check_in_id, check_in.c.checked_out_at.is_(None))
        .values(checked_out_at=at, checked_out_how=how)
    )
    return ended.rowcount > 0


def overdue(connection: Connection, ended_by: datetime) -> list[Mapping[str, Any]]:
    """Read the duties still open whose peak ended at a time or before it."""
    query = _with_post.where(check_in.c.checked_out_at.is_(None), check_in.c.ends_at <= ended_by)
    return [dict(row) for row in connection.execute(query).mappings()]


def waiting_at_post(connection: Connection, post_id: int) -> list[Any]:
    """Read the open check-ins at a post that nobody has verified yet, with what their confirmation asks."""
    query = (
        select(check_in.c.id, check_in.c.account_id, check_in.c.category, check_in.c.flags, account.c.status)
        .join(account, check_in.c.account_id == account.c.id)
        .where(
            check_in.c.post_id == post_id, check_in.c.checked_out_at.is_(None), check_in.c.verified.is_(False)
        )
    )
    return list(connection.execute(query.order_by(check_in.c.id)))


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


def view(row: Mapping[str, Any]) -> dict[str, Any]:
    """Write a check-in as clients see it: times as text, the person by number."""
    return {
        "id": row["id"],
        "account_id": row["account_id"],
        "post_id": row["post_id"],
        "post_name": row["post_name"],
        "category": row["category"],
        "group": group_of(row["category"]).value,
        "shift": row["shift"],
        "verdict": row["verdict"],
        "minutes_late": row["minutes_late"],
        "verified": row["verified"],
        "flags": row["flags"],
        "distance_m": row["distance_m"],
        "at": moment(row["at"]),
        "claimed_at": moment(row["claimed_at"]),
        "checked_out_at": moment_or_none(row["checked_out_at"]),
        "confirmed_by": row["confirmed_by"],
        "confirmed_at": moment_or_none(row["confirmed_at"]),
    }


def by_ids(connection: Connection, check_in_ids: list[int]) -> dict[int, Mapping[str, Any]]:
    """Read many check-ins with their posts' names, by number."""
    if not check_in_ids:
        return {}
    rows = connection.execute(_with_post.where(check_in.c.id.in_(check_in_ids))).mappings()
    return {row["id"]: dict(row) for row in rows}


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


def read_shift(kept: Mapping[str, str]) -> Shift:
    """Make a shift again of what was kept of it with a check-in."""
    times = {
        name: datetime.fromisoformat(kept[name])
        for name in (
            "opens_at",
            "starts_at",
            "late_after",
            "ends_at",
            "check_out_opens_at",
            "closes_at",
        )
    }
    return Shift(peak=kept["peak"], date=date.fromisoformat(kept["date"]), **times)
