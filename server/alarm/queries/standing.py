"""Who counts in an alarm: read from accounts, duties and what consoles said."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from server.alarm.rules.standing import AlarmPerson, Doubt, Duty, doubt_about, of_flags
from server.alarm.tables.standing import Voucher, voucher
from server.core.access.roles import AccountStatus, Category, Role
from server.core.database.upsert import Upsert
from server.duty.tables import check_in
from server.people.tables import account

_vouch = Upsert(voucher)


def vouch(connection: Connection, *, alarm_id: int, account_id: int, by: int, now: datetime) -> None:
    """Let an account count in an alarm; twice is harmless."""
    _vouch.run(connection, {"alarm_id": alarm_id, "account_id": account_id, "by": by, "at": now})


def vouchers(connection: Connection, alarm_id: int) -> list[Voucher]:
    """Read whom police consoles let count in an alarm, and who did so when."""
    query = select(voucher).where(voucher.c.alarm_id == alarm_id).order_by(voucher.c.account_id)
    return [Voucher(**row) for row in connection.execute(query).mappings()]


def people(
    connection: Connection, alarm_id: int | None, account_ids: Iterable[int], *, since: datetime
) -> dict[int, AlarmPerson]:
    """Read some accounts as an alarm sees them, each with its duty that goes on, or ended ``since`` the raising."""
    query = (
        select(
            account.c.id,
            account.c.role,
            account.c.status,
            account.c.category,
            check_in.c.id.label("duty_id"),
            check_in.c.verified,
            check_in.c.confirmed_at,
            check_in.c.flags,
            voucher.c.at.label("vouched_at"),
        )
        .outerjoin(
            check_in,
            and_(
                check_in.c.account_id == account.c.id,
                or_(check_in.c.checked_out_at.is_(None), check_in.c.checked_out_at >= since),
            ),
        )
        .outerjoin(voucher, and_(voucher.c.account_id == account.c.id, voucher.c.alarm_id == alarm_id))
        .where(account.c.id.in_(list(account_ids)))
        .order_by(check_in.c.id)
    )
    return {row["id"]: _person(dict(row)) for row in connection.execute(query).mappings()}


def doubts(
    connection: Connection, alarm_id: int | None, account_ids: Iterable[int], *, since: datetime
) -> dict[int, Doubt | None]:
    """Tell of some accounts why each does not count in an alarm; ``None``: he counts."""
    found = people(connection, alarm_id, account_ids, since=since)
    return {number: doubt_about(one) for number, one in found.items()}


def _person(row: Mapping[str, Any]) -> AlarmPerson:
    on_duty = row["duty_id"] is not None
    return AlarmPerson(
        role=Role(row["role"]),
        status=AccountStatus(row["status"]),
        category=Category(row["category"]) if row["category"] else None,
        duty=duty_of(row) if on_duty else None,
        vouched=row["vouched_at"] is not None,
    )


def duty_of(row: Mapping[str, Any]) -> Duty:
    """Make a duty of the columns of a check-in."""
    return Duty(
        verified=row["verified"], confirmed=row["confirmed_at"] is not None, flags=of_flags(row["flags"])
    )
