"""Published duties of some posts with what is known of who has them: a statement each, however many they are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from server.attendance.tables import no_show
from server.calendar.tables import published_duty
from server.duty.tables import check_in
from server.roster.rules.seats import SeatKey


@dataclass(frozen=True, slots=True)
class Behind:
    """When somebody last came to a duty, and when he last did not."""

    came: date | None
    missed: date | None

    @property
    def missed_last(self) -> bool:
        """Tell whether he stayed away from the last duty that he had."""
        return self.missed is not None and (self.came is None or self.missed > self.came)


def seats(
    connection: Connection, post_ids: Collection[int], first: date, last: date
) -> list[tuple[SeatKey, int]]:
    """Read who has which seats of some posts between two dates."""
    query = select(
        published_duty.c.post_id,
        published_duty.c.date,
        published_duty.c.peak,
        published_duty.c.seat_group,
        published_duty.c.seat,
        published_duty.c.account_id,
    ).where(
        published_duty.c.post_id.in_(sorted(post_ids)),
        published_duty.c.date >= first,
        published_duty.c.date <= last,
    )
    return [(SeatKey(*row[:5]), row[5]) for row in connection.execute(query)]


def behind(connection: Connection, post_ids: Collection[int], first: date, last: date) -> dict[int, Behind]:
    """Read for all who have a duty at some posts between two dates when they last came and last did not."""
    people = (
        select(published_duty.c.account_id)
        .where(
            published_duty.c.post_id.in_(sorted(post_ids)),
            published_duty.c.date >= first,
            published_duty.c.date <= last,
        )
        .distinct()
        .subquery()
    )
    # Of a year of duties the newest alone is looked at.
    came = (
        select(check_in.c.date)
        .where(check_in.c.account_id == people.c.account_id)
        .order_by(check_in.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    missed = (
        select(func.max(no_show.c.date)).where(no_show.c.account_id == people.c.account_id).scalar_subquery()
    )
    query = select(people.c.account_id, came, missed)
    return {account_id: Behind(at, not_at) for account_id, at, not_at in connection.execute(query)}
