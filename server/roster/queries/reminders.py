"""Published duties of which nobody was reminded yet, and of which somebody was."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, insert, select

from server.calendar.queries.answers import Answer, DutyKey
from server.calendar.tables import PublishedDuty, duty_answer, published_duty
from server.core.access.roles import AccountStatus
from server.duty.tables import check_in
from server.people.tables import account
from server.roster.rules.reminders import ReminderKind
from server.roster.tables import duty_reminder

# A post, a date, and a peak of it.
PeakOn = tuple[int, date, str]


def peaks(connection: Connection, post_ids: Collection[int], first: date, last: date) -> list[PeakOn]:
    """List the peaks of some posts between two dates for which duties are published."""
    query = (
        select(published_duty.c.post_id, published_duty.c.date, published_duty.c.peak)
        .where(
            published_duty.c.post_id.in_(sorted(post_ids)),
            published_duty.c.date >= first,
            published_duty.c.date <= last,
        )
        .distinct()
    )
    return [(post_id, on, peak) for post_id, on, peak in connection.execute(query)]


def _of_that(table: Table, *names: str) -> ColumnElement[bool]:
    return and_(*(table.c[name] == published_duty.c[name] for name in names))


def unreminded(
    connection: Connection, kind: ReminderKind, of: Collection[PeakOn], account_ids: Collection[int] = ()
) -> list[PublishedDuty]:
    """Read the published duties of some peaks of whose holders nobody was reminded yet, by account.

    Left out is who is not approved, said that he cannot come, or has come already. ``account_ids``: of these alone.
    """
    if not of:
        return []
    query = (
        select(published_duty)
        .join(account, account.c.id == published_duty.c.account_id)
        .where(
            published_duty.c.post_id.in_(sorted({post_id for post_id, _on, _peak in of})),
            published_duty.c.date.in_(sorted({on for _post_id, on, _peak in of})),
            account.c.status == AccountStatus.APPROVED.value,
            ~exists().where(
                _of_that(duty_reminder, "account_id", "date", "peak"), duty_reminder.c.kind == kind.value
            ),
            ~exists().where(
                _of_that(duty_answer, "account_id", "date", "peak", "post_id"),
                duty_answer.c.answer == Answer.CANNOT.value,
            ),
            ~exists().where(_of_that(check_in, "account_id", "date", "peak")),
        )
        .order_by(published_duty.c.account_id, published_duty.c.date, published_duty.c.peak)
    )
    if account_ids:
        query = query.where(published_duty.c.account_id.in_(sorted(account_ids)))
    rows = (PublishedDuty(**row) for row in connection.execute(query).mappings())
    wanted = set(of)
    return [row for row in rows if (row.post_id, row.date, row.peak) in wanted]


def note(
    connection: Connection,
    kind: ReminderKind,
    duties: Iterable[PublishedDuty],
    reached: Collection[int],
    now: datetime,
) -> None:
    """Note who is reminded of which duties now; ``reached``: those to whom a message goes."""
    rows = [
        {
            "account_id": row.account_id,
            "date": row.date,
            "peak": row.peak,
            "kind": kind.value,
            "post_id": row.post_id,
            "reminded_at": now,
            "sent": row.account_id in reached,
        }
        for row in duties
    ]
    if rows:
        connection.execute(insert(duty_reminder).values(rows))


def at_posts(connection: Connection, post_ids: Collection[int], first: date, last: date) -> set[DutyKey]:
    """Give of which duties at some posts between two dates somebody was reminded by a message."""
    if not post_ids:
        return set()
    query = select(
        duty_reminder.c.account_id, duty_reminder.c.post_id, duty_reminder.c.date, duty_reminder.c.peak
    ).where(
        duty_reminder.c.post_id.in_(sorted(post_ids)),
        duty_reminder.c.date >= first,
        duty_reminder.c.date <= last,
        duty_reminder.c.sent,
    )
    return {
        DutyKey(account_id, post_id, on, peak)
        for account_id, post_id, on, peak in connection.execute(query).all()
    }


def forget(connection: Connection, account_id: int) -> None:
    """Forget of what a person was reminded."""
    connection.execute(delete(duty_reminder).where(duty_reminder.c.account_id == account_id))
