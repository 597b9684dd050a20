"""Published duties of some posts with what is known of who has them: a statement each, however many they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from server.attendance.tables import no_show
from server.calendar.tables import published_duty
from server.duty.tables import check_in
from server.people.tables import account
from server.roster.rules.seats import SeatKey
from server.roster.tables import duty_reminder


@dataclass(frozen=True, slots=True)
class Behind:
    """When somebody last came to a duty, and when he last did not."""

    came: date | None
    missed: date | None

    @property
    def missed_last(self) -> bool:
        """Tell whether he stayed away from the last duty that he had."""
        return self.missed is not None and (self.came is None or self.missed > self.came)


@dataclass(frozen=True, slots=True)
class Taken:
    """Who has a seat, and whether a message has reminded him of it."""

    account_id: int
    reminded: bool


def seats(
    connection: Connection, post_ids: Collection[int], first: date, last: date
) -> list[tuple[SeatKey, Taken]]:
    """Read who has which seats of some posts between two dates."""
    reminded = (
        select(duty_reminder.c.account_id)
        .where(
            duty_reminder.c.account_id == published_duty.c.account_id,
            duty_reminder.c.date == published_duty.c.date,
            duty_reminder.c.peak == published_duty.c.peak,
            duty_reminder.c.post_id == published_duty.c.post_id,
            duty_reminder.c.sent,
        )
        .exists()
    )
    query = select(
        published_duty.c.post_id,
        published_duty.c.date,
        published_duty.c.peak,
        published_duty.c.seat_group,
        published_duty.c.seat,
        published_duty.c.account_id,
        reminded,
    ).where(
        published_duty.c.post_id.in_(sorted(post_ids)),
        published_duty.c.date >= first,
        published_duty.c.date <= last,
    )
    # All at once: a district has 40,000, and row by row takes four times as long.
    return [
        (SeatKey(post_id, on, peak, group, seat), Taken(account_id, bool(asked)))
        for post_id, on, peak, group, seat, account_id, asked in connection.execute(query).all()
    ]


def behind(
    connection: Connection,
    post_ids: Collection[int],
    first: date,
    last: date,
    *,
    seen: Collection[int],
    unit: Mapping[str, int],
) -> dict[int, Behind]:
    """Read for all who have a duty at some posts between two dates when they last came and last did not.

    Of who is not of the ``unit`` (a column of ``account`` and its value; without: everybody is) what happened at the
    posts ``seen`` counts alone.
    """
    of_unit = and_(true(), *(func.coalesce(account.c[name], 0) == number for name, number in unit.items()))
    people = (
        select(published_duty.c.account_id, of_unit.label("of_unit"))
        .join(account, account.c.id == published_duty.c.account_id)
        .where(
            published_duty.c.post_id.in_(sorted(post_ids)),
            published_duty.c.date >= first,
            published_duty.c.date <= last,
        )
        .distinct()
        .subquery()
    )

    def counts(post_id: ColumnElement[int]) -> ColumnElement[bool]:
        return or_(people.c.of_unit, post_id.in_(sorted(seen))) if unit else true()

    # Of a year of duties the newest alone is looked at.
    came = (
        select(check_in.c.date)
        .where(check_in.c.account_id == people.c.account_id, counts(check_in.c.post_id))
        .order_by(check_in.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    missed = (
        select(func.max(no_show.c.date))
        .where(no_show.c.account_id == people.c.account_id, counts(no_show.c.post_id))
        .scalar_subquery()
    )
    query = select(people.c.account_id, came, missed)
    return {account_id: Behind(at, not_at) for account_id, at, not_at in connection.execute(query).all()}
