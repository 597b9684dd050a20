"""Seats as they are planned and as they are published, by posts and by people."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from server.calendar.queries import answers
from server.calendar.queries.answers import DutyKey
from server.calendar.tables import PublishedDuty, published_duty
from server.core.database.upsert import Upsert
from server.roster.rules.seats import SeatKey
from server.roster.tables import PlannedDuty, planned_duty

# Who wrote a seat: a planner's hand, a copy of the week before, who is away and leaves his own, a volunteer who takes
# one by himself and gives it back, a proposal.
HAND, COPY, ABSENCE, SELF, GIVEN_BACK = "hand", "copy", "absence", "self", "given_back"
PROPOSAL = "proposal"
# Whoever takes a duty over for somebody who cannot come.
STAND_IN = "stand_in"
# Whoever has it by a swap.
SWAP = "swap"
# Who comes by a weekly pattern; a seat that is open again since what filled it was taken back.
PATTERN, UNDONE = "pattern", "undone"
# A post that was archived, or went to another school.
GIVEN_UP = "given_up"

_put = Upsert(
    planned_duty,
    keys=["post_id", "date", "peak", "seat_group", "seat"],
    take=["account_id", "source", "version", "changed_by", "changed_at", "why", "batch"],
)


def is_emptied(row: PlannedDuty) -> bool:
    """Tell whether a planner left a seat open on purpose."""
    return row.account_id is None and row.source == HAND


def planned(
    connection: Connection, post_ids: Collection[int], first: date, last: date
) -> dict[SeatKey, PlannedDuty]:
    """Read what is planned at some posts between two dates."""
    if not post_ids:
        return {}
    query = select(planned_duty).where(
        planned_duty.c.post_id.in_(sorted(post_ids)),
        planned_duty.c.date >= first,
        planned_duty.c.date <= last,
    )
    rows = (PlannedDuty(**row) for row in connection.execute(query).mappings())
    return {row.key: row for row in rows}


def planned_of(
    connection: Connection, account_ids: Collection[int], first: date, last: date
) -> list[PlannedDuty]:
    """Read where some people are planned between two dates."""
    if not account_ids:
        return []
    query = select(planned_duty).where(
        planned_duty.c.account_id.in_(sorted(account_ids)),
        planned_duty.c.date >= first,
        planned_duty.c.date <= last,
    )
    return [PlannedDuty(**row) for row in connection.execute(query).mappings()]


def of_batch(connection: Connection, post_ids: Collection[int], batch: str) -> dict[SeatKey, PlannedDuty]:
    """Read the seats of some posts that are still as a copy, a draft or a filling put them."""
    query = select(planned_duty).where(
        planned_duty.c.post_id.in_(sorted(post_ids)),
        planned_duty.c.batch == batch,
        planned_duty.c.account_id.is_not(None),
    )
    rows = (PlannedDuty(**row) for row in connection.execute(query).mappings())
    return {row.key: row for row in rows}


def key_of(row: PublishedDuty) -> SeatKey:
    """Give what names the seat of a published duty."""
    return SeatKey(row.post_id, row.date, row.peak, row.seat_group, row.seat)


def published(
    connection: Connection, post_ids: Collection[int], first: date, last: date
) -> dict[SeatKey, PublishedDuty]:
    """Read what is published of some posts between two dates."""
    if not post_ids:
        return {}
    query = select(published_duty).where(
        published_duty.c.post_id.in_(sorted(post_ids)),
        published_duty.c.date >= first,
        published_duty.c.date <= last,
    )
    rows = (PublishedDuty(**row) for row in connection.execute(query).mappings())
    return {key_of(row): row for row in rows}


def published_of(
    connection: Connection, account_ids: Collection[int], first: date, last: date
) -> list[PublishedDuty]:
    """Read the published duties of some people between two dates, the earliest first."""
    if not account_ids:
        return []
    query = (
        select(published_duty)
        .where(
            published_duty.c.account_id.in_(sorted(account_ids)),
            published_duty.c.date >= first,
            published_duty.c.date <= last,
        )
        .order_by(published_duty.c.date, published_duty.c.peak)
    )
    return [PublishedDuty(**row) for row in connection.execute(query).mappings()]


def put(
    connection: Connection,
    people: Mapping[SeatKey, int | None],
    there: Mapping[SeatKey, PlannedDuty],
    *,
    source: str,
    by: int | None,
    now: datetime,
    whys: Mapping[SeatKey, str | None] | None = None,
    undone: Collection[SeatKey] = (),
    batch: str | None = None,
) -> None:
    """Write who takes some seats, all at once: who leaves one may take another one of them.

    ``there`` are the rows of these seats, ``whys`` say why some stay open, ``undone`` are open again as if nobody had
    emptied them, ``batch`` names what filled them. Raises ``IntegrityError`` where somebody has another seat at
    that peak.
    """
    rows = [there[key].id for key in people if key in there]
    if rows:
        connection.execute(update(planned_duty).where(planned_duty.c.id.in_(rows)).values(account_id=None))
    values = [
        {
            "post_id": key.post_id,
            "date": key.date,
            "peak": key.peak,
            "seat_group": key.group,
            "seat": key.seat,
            "account_id": account_id,
            "source": UNDONE if key in undone else source,
            "version": there[key].version + 1 if key in there else 1,
            "changed_by": by,
            "changed_at": now,
            "why": whys.get(key) if whys else None,
            "batch": batch,
        }
        for key, account_id in sorted(people.items())
    ]
    if values:
        _put.run(connection, values)


def _duty_of(key: SeatKey, account_id: int) -> DutyKey:
    return DutyKey(account_id, key.post_id, key.date, key.peak)


_take = delete(published_duty).where(published_duty.c.id.in_(bindparam("numbers", expanding=True)))


def publish(
    connection: Connection,
    *,
    take: Sequence[PublishedDuty],
    put: Sequence[tuple[SeatKey, int]],
    now: datetime,
) -> None:
    """Take published duties back and publish others; what somebody answered goes with a duty that he has no more."""
    if take:
        connection.execute(_take, {"numbers": [row.id for row in take]})
        stays = {_duty_of(key, account_id) for key, account_id in put}
        answers.take_back(connection, {_duty_of(key_of(row), row.account_id) for row in take} - stays)
    values = [
        {
            "post_id": key.post_id,
            "date": key.date,
            "peak": key.peak,
            "seat_group": key.group,
            "seat": key.seat,
            "account_id": account_id,
            "published_at": now,
        }
        for key, account_id in put
    ]
    if values:
        connection.execute(insert(published_duty), values)


def forget(connection: Connection, account_id: int, now: datetime) -> None:
    """Take somebody out of all plans: his seats are open."""
    his = planned_duty.c.account_id == account_id
    connection.execute(
        update(planned_duty)
        .where(his)
        .values(
            account_id=None,
            version=planned_duty.c.version + 1,
            changed_by=None,
            changed_at=now,
            batch=None,
        )
    )
