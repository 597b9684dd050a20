"""Searches for somebody who stands in: written, read, and who was asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from server.calendar.tables import published_duty
from server.roster.rules.seats import SeatKey
from server.roster.rules.stand_ins import StandInState
from server.roster.tables import StandIn, stand_in, stand_in_asked


@dataclass(frozen=True, slots=True)
class OwnSearch:
    """A search of somebody that goes on, and how many were asked."""

    id: int
    asked: int


_STILL_HIS = and_(
    published_duty.c.account_id == stand_in.c.account_id,
    published_duty.c.post_id == stand_in.c.post_id,
    published_duty.c.date == stand_in.c.date,
    published_duty.c.peak == stand_in.c.peak,
)


def add(connection: Connection, account_id: int, key: SeatKey, now: datetime) -> int:
    """Begin a search, and give its number."""
    values = {"account_id": account_id, "post_id": key.post_id, "date": key.date, "peak": key.peak}
    values |= {"state": StandInState.OPEN.value, "asked_at": now, "next_wave_at": now}
    number: int = connection.execute(insert(stand_in).values(values).returning(stand_in.c.id)).scalar_one()
    return number


def by_id(connection: Connection, number: int) -> StandIn | None:
    """Read a search."""
    row = connection.execute(select(stand_in).where(stand_in.c.id == number)).mappings().first()
    return StandIn(**row) if row else None


# One that may go on again: who was asked in it is not asked twice about the same duty.
_GOES_ON = (StandInState.OPEN, StandInState.WITHDRAWN, StandInState.UNDONE)


def last_of(connection: Connection, account_id: int, key: SeatKey) -> StandIn | None:
    """Read the newest search of somebody for a duty that goes on or may go on again."""
    query = (
        select(stand_in)
        .where(
            stand_in.c.account_id == account_id,
            stand_in.c.post_id == key.post_id,
            stand_in.c.date == key.date,
            stand_in.c.peak == key.peak,
            stand_in.c.state.in_([state.value for state in _GOES_ON]),
        )
        .order_by(stand_in.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return StandIn(**row) if row else None


def comes_after_all(connection: Connection, account_id: int, key: SeatKey, now: datetime) -> None:
    """End the search of somebody for a duty to which he comes himself."""
    his = (
        stand_in.c.account_id == account_id,
        stand_in.c.post_id == key.post_id,
        stand_in.c.date == key.date,
        stand_in.c.peak == key.peak,
        stand_in.c.state == StandInState.OPEN.value,
    )
    values = {"state": StandInState.WITHDRAWN.value, "ended_at": now}
    connection.execute(update(stand_in).where(*his).values(values))


def reopen(connection: Connection, number: int) -> None:
    """Let a search go on that had ended; the next people are asked when they would have been."""
    values: dict[str, object] = {"state": StandInState.OPEN.value, "ended_at": None}
    values |= {"taken_by": None, "undone_by": None}
    connection.execute(update(stand_in).where(stand_in.c.id == number).values(values))


def own(connection: Connection, account_id: int, first: date) -> dict[tuple[int, date, str], OwnSearch]:
    """Read the searches of somebody that go on, by post, date and peak."""
    query = (
        select(stand_in.c.id)
        .outerjoin(stand_in_asked, stand_in_asked.c.stand_in_id == stand_in.c.id)
        .where(
            stand_in.c.account_id == account_id,
            stand_in.c.date >= first,
            stand_in.c.state == StandInState.OPEN.value,
        )
        .with_only_columns(
            stand_in.c.id,
            stand_in.c.post_id,
            stand_in.c.date,
            stand_in.c.peak,
            func.count(stand_in_asked.c.account_id),
        )
        .group_by(stand_in.c.id, stand_in.c.post_id, stand_in.c.date, stand_in.c.peak)
    )
    return {
        (post_id, on, peak): OwnSearch(number, asked)
        for number, post_id, on, peak, asked in connection.execute(query)
    }


def offered(connection: Connection, account_id: int, first: date) -> list[StandIn]:
    """Read the searches that go on in which somebody was asked, whose asker has the duty still."""
    query = (
        select(stand_in)
        .join(stand_in_asked, stand_in_asked.c.stand_in_id == stand_in.c.id)
        .join(published_duty, _STILL_HIS)
        .where(
            stand_in_asked.c.account_id == account_id,
            stand_in.c.date >= first,
            stand_in.c.state == StandInState.OPEN.value,
        )
        .order_by(stand_in.c.date, stand_in.c.id)
    )
    return [StandIn(**row) for row in connection.execute(query).mappings()]


def at_posts(
    connection: Connection, post_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, int, date, str], StandIn]:
    """Read searches at some posts that go on or were successful, by who has the duty now, post, date and peak."""
    query = (
        select(stand_in)
        .where(
            stand_in.c.post_id.in_(sorted(post_ids)),
            stand_in.c.date >= first,
            stand_in.c.date <= last,
            stand_in.c.state.in_((StandInState.OPEN.value, StandInState.TAKEN.value)),
        )
        .order_by(stand_in.c.id)
    )
    rows = (StandIn(**row) for row in connection.execute(query).mappings())
    return {(row.taken_by or row.account_id, row.post_id, row.date, row.peak): row for row in rows}


def due(connection: Connection, now: datetime, most: int) -> list[int]:
    """List searches of which the next people are to be asked."""
    query = (
        select(stand_in.c.id)
        .where(stand_in.c.state == StandInState.OPEN.value, stand_in.c.next_wave_at <= now)
        .order_by(stand_in.c.next_wave_at)
        .limit(most)
    )
    return list(connection.execute(query).scalars())


def asked_in(connection: Connection, number: int) -> set[int]:
    """Give who was asked in a search."""
    query = select(stand_in_asked.c.account_id).where(stand_in_asked.c.stand_in_id == number)
    return set(connection.execute(query).scalars())


def last_asked(connection: Connection, account_ids: Collection[int]) -> dict[int, datetime]:
    """Give when some people were last asked to stand in; who never was is left out."""
    query = (
        select(stand_in_asked.c.account_id, func.max(stand_in_asked.c.asked_at))
        .where(stand_in_asked.c.account_id.in_(sorted(account_ids)))
        .group_by(stand_in_asked.c.account_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def ask(connection: Connection, number: int, account_ids: Collection[int], now: datetime) -> None:
    """Note who is asked in a search."""
    rows = [
        {"stand_in_id": number, "account_id": account_id, "asked_at": now}
        for account_id in sorted(account_ids)
    ]
    if rows:
        connection.execute(insert(stand_in_asked).values(rows))


def next_wave(connection: Connection, number: int, at: datetime) -> None:
    """Say when the next people of a search are asked."""
    connection.execute(update(stand_in).where(stand_in.c.id == number).values(next_wave_at=at))


def end(connection: Connection, number: int, state: StandInState, now: datetime, *, by: int | None) -> None:
    """Let a search end; ``by`` is who took the duty, or who undid that."""
    values: dict[str, object] = {"state": state.value, "ended_at": now}
    if state is StandInState.TAKEN:
        values["taken_by"] = by
    if state is StandInState.UNDONE:
        values["undone_by"] = by
    connection.execute(update(stand_in).where(stand_in.c.id == number).values(values))


def forget(connection: Connection, account_id: int) -> None:
    """Forget the searches of a person, and where he was asked or took a duty."""
    connection.execute(delete(stand_in_asked).where(stand_in_asked.c.account_id == account_id))
    his = or_(stand_in.c.account_id == account_id, stand_in.c.taken_by == account_id)
    numbers = select(stand_in.c.id).where(his)
    connection.execute(delete(stand_in_asked).where(stand_in_asked.c.stand_in_id.in_(numbers)))
    connection.execute(delete(stand_in).where(his))
