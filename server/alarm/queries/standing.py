"""Who counts in an alarm: read from accounts, duties and what consoles said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, or_, select

from server.alarm.rules.standing import AlarmPerson, Doubt, Duty, doubt_about, of_flags
from server.alarm.tables.alarms import Alarm
from server.alarm.tables.standing import Voucher, voucher
from server.core.access.roles import AccountStatus, Category, Role
from server.core.database.base import UtcTime
from server.core.database.upsert import Upsert
from server.duty.tables import check_in
from server.people.tables import account

_vouch = Upsert(voucher)


@dataclass(frozen=True, slots=True)
class AccountInAlarm:
    """An account with its duty, if it has one, and whether a console let it count."""

    id: int
    district_id: int
    role: str
    status: str
    category: str | None
    duty_id: int | None
    verified: bool | None
    confirmed_at: datetime | None
    flags: list[str] | None
    vouched_at: datetime | None


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
    found = _accounts(connection, alarm_id, account_ids, since=since)
    return {one.id: _person(one) for one in found}


_in_alarm = (
    select(
        account.c.id,
        account.c.district_id,
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
            or_(
                check_in.c.checked_out_at.is_(None),
                check_in.c.checked_out_at >= bindparam("since", type_=UtcTime()),
            ),
        ),
    )
    .outerjoin(
        voucher, and_(voucher.c.account_id == account.c.id, voucher.c.alarm_id == bindparam("of_alarm"))
    )
    .where(account.c.id.in_(bindparam("numbers", expanding=True)))
    .order_by(check_in.c.id)
)


def _accounts(
    connection: Connection, alarm_id: int | None, account_ids: Iterable[int], *, since: datetime
) -> list[AccountInAlarm]:
    chosen = {"numbers": list(account_ids), "since": since, "of_alarm": alarm_id}
    return [AccountInAlarm(**row) for row in connection.execute(_in_alarm, chosen).mappings()]


def guards_of(connection: Connection, row: Alarm, account_ids: Iterable[int]) -> dict[int, AlarmPerson]:
    """Read which of some accounts are guards of an alarm's own district, each as the alarm sees him."""
    found = _accounts(connection, row.id, account_ids, since=row.raised_at)
    return {
        one.id: _person(one) for one in found if one.role == Role.GUARD and one.district_id == row.district_id
    }


def doubts(
    connection: Connection, alarm_id: int | None, account_ids: Iterable[int], *, since: datetime
) -> dict[int, Doubt | None]:
    """Tell of some accounts why each does not count in an alarm; ``None``: he counts."""
    found = people(connection, alarm_id, account_ids, since=since)
    return {number: doubt_about(one) for number, one in found.items()}


def _person(row: AccountInAlarm) -> AlarmPerson:
    return AlarmPerson(
        role=Role(row.role),
        status=AccountStatus(row.status),
        category=Category(row.category) if row.category else None,
        duty=_duty(row) if row.duty_id is not None else None,
        vouched=row.vouched_at is not None,
    )


def _duty(row: AccountInAlarm) -> Duty:
    return duty_of(verified=bool(row.verified), confirmed_at=row.confirmed_at, flags=row.flags or [])


def duty_of(*, verified: bool, confirmed_at: datetime | None, flags: list[str]) -> Duty:
    """Make a duty of the columns of a check-in."""
    return Duty(verified=verified, confirmed=confirmed_at is not None, flags=of_flags(flags))
