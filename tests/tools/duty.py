"""Puts guards on duty at once, without the way through the API, and holds alarm buttons."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from server.calendar.rules import Shift
from server.core.database.transaction import Store
from server.core.live import presence_rows
from server.duty.queries import positions
from server.duty.tables import Position, check_in
from server.people.tables import account
from tests.tools.district import SEATS, SmallDistrict

STAFF_1, STAFF_2, SECURITY_1, SECURITY_2, VOLUNTEER_1, VOLUNTEER_2, POLICE = range(7)


def duty_row(
    district: SmallDistrict, *, post: int, seat: int, now: datetime, verified: bool = True
) -> dict[str, Any]:
    """Make the row of a guard who checked in on time for a peak that begins now."""
    shift = Shift(
        peak="morning_arrival",
        date=(now + timedelta(hours=8)).date(),
        opens_at=now - timedelta(minutes=30),
        starts_at=now,
        late_after=now + timedelta(minutes=5),
        ends_at=now + timedelta(hours=1),
        check_out_opens_at=now + timedelta(minutes=50),
        closes_at=now + timedelta(minutes=90),
    )
    return {
        "account_id": district.guards[post][seat],
        "post_id": district.posts[post],
        "category": SEATS[seat],
        "peak": shift.peak,
        "shift": shift.as_dict(),
        "date": shift.date,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "at": now,
        "claimed_at": now,
        "verdict": "on_time",
        "minutes_late": 0,
        "flags": [] if verified else ["no_fix"],
        "verified": verified,
    }


def put_on_duty(
    store: Store,
    district: SmallDistrict,
    *,
    post: int,
    seats: Iterable[int],
    now: datetime,
    verified: bool = True,
) -> list[int]:
    """Check in some of a post's seven guards (by the numbers of their seats); gives their accounts."""
    seats = list(seats)
    came = [district.guards[post][seat] for seat in seats]
    with store.transaction(now) as transaction:
        for seat in seats:
            row = duty_row(district, post=post, seat=seat, now=now, verified=verified)
            transaction.connection.execute(insert(check_in).values(row))
    open_pages(store, came, now)
    return came


def open_pages(store: Store, account_ids: Iterable[int], now: datetime) -> None:
    """Let people have the page open, and keep it so for the hours of a story."""
    sockets = {f"page-{account_id}": account_id for account_id in account_ids}
    with store.transaction(now) as transaction:
        presence_rows.enter(transaction.connection, sockets, worker="story", now=now + timedelta(hours=12))


def has_page_open(store: Store, account_id: int) -> bool:
    """Tell whether a real server has noted somebody's open page by now."""
    with store.read() as connection:
        return bool(presence_rows.present(connection, [account_id], datetime.now(UTC)))


def close_pages(store: Store, account_ids: Iterable[int], now: datetime) -> None:
    """Let phones be locked or put away."""
    with store.transaction(now) as transaction:
        presence_rows.leave(transaction.connection, [f"page-{account_id}" for account_id in account_ids])


def put_at(
    store: Store,
    account_id: int,
    *,
    latitude: float,
    longitude: float,
    at: datetime,
    accuracy_m: float = 10.0,
) -> None:
    """Let the phone of somebody on duty say where it is."""
    with store.transaction(at) as transaction:
        duty = transaction.connection.execute(
            select(check_in.c.id).where(
                check_in.c.account_id == account_id, check_in.c.checked_out_at.is_(None)
            )
        ).scalar_one()
        here = Position(account_id, duty, latitude, longitude, accuracy_m, at)
        positions.keep(transaction.connection, [here])


def suspend(store: Store, account_id: int, now: datetime) -> None:
    """Suspend an account."""
    with store.transaction(now) as transaction:
        transaction.connection.execute(
            account.update().where(account.c.id == account_id).values(status="suspended")
        )


def count(store: Store, table: Any, **columns: Any) -> int:
    """Count the rows of a table with some values."""
    query = select(func.count()).select_from(table)
    for name, value in columns.items():
        query = query.where(table.c[name] == value)
    with store.read() as connection:
        return int(connection.execute(query).scalar_one())


def answer_of(alarm: dict[str, Any], account_id: int) -> dict[str, Any]:
    """Give the response of one account out of an alarm."""
    return next(one for one in alarm["responses"] if one["account_id"] == account_id)


def asked(alarm: dict[str, Any], *, tier: int | None = None, state: str | None = None) -> list[int]:
    """Give the accounts asked to an alarm, of a tier and in a state if told."""
    return [
        one["account_id"]
        for one in alarm["responses"]
        if tier in {None, one["tier"]} and state in {None, one["state"]}
    ]
