"""Who waits for a place: written, read, in order."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, tuple_

from server.roster.rules.named_places import PeakOf
from server.roster.rules.waiting import Waiting
from server.roster.tables import place_wait


def _of(peak: PeakOf) -> tuple[ColumnElement[bool], ...]:
    return (
        place_wait.c.post_id == peak.post_id,
        place_wait.c.date == peak.date,
        place_wait.c.peak == peak.peak,
    )


def add(connection: Connection, account_id: int, peak: PeakOf, now: datetime) -> None:
    """Let somebody wait for a place."""
    values = {"account_id": account_id, "post_id": peak.post_id, "date": peak.date, "peak": peak.peak}
    connection.execute(insert(place_wait).values(values | {"since": now}))


def remove(connection: Connection, account_id: int, peak: PeakOf) -> bool:
    """Let somebody wait no more; tells whether he did."""
    query = delete(place_wait).where(*_of(peak), place_wait.c.account_id == account_id)
    return connection.execute(query).rowcount > 0


def of_peak(connection: Connection, peak: PeakOf) -> list[Waiting]:
    """Read who waits for a place of a peak."""
    query = select(place_wait.c.id, place_wait.c.account_id, place_wait.c.since).where(*_of(peak))
    return [Waiting(*row) for row in connection.execute(query)]


def at_posts(
    connection: Connection, post_ids: Collection[int], first: date, last: date
) -> dict[PeakOf, list[Waiting]]:
    """Read who waits at some posts between two dates, by peak."""
    query = select(place_wait).where(
        place_wait.c.post_id.in_(sorted(post_ids)), place_wait.c.date >= first, place_wait.c.date <= last
    )
    found: defaultdict[PeakOf, list[Waiting]] = defaultdict(list)
    for row in connection.execute(query):
        found[PeakOf(row.post_id, row.date, row.peak)].append(Waiting(row.id, row.account_id, row.since))
    return dict(found)


def peaks(connection: Connection, most: int, after: PeakOf | None) -> dict[int, PeakOf]:
    """Read peaks for which somebody waits, the earliest first and ``after`` one, by the number of a row of theirs."""
    named = (place_wait.c.date, place_wait.c.post_id, place_wait.c.peak)
    query = select(func.min(place_wait.c.id), *named).group_by(*named).order_by(*named).limit(most)
    if after is not None:
        query = query.where(tuple_(*named) > tuple_(after.date, after.post_id, after.peak))
    return {row[0]: PeakOf(row.post_id, row.date, row.peak) for row in connection.execute(query)}


def end(connection: Connection, peak: PeakOf) -> None:
    """Let nobody wait for a peak any more."""
    connection.execute(delete(place_wait).where(*_of(peak)))


def forget(connection: Connection, account_id: int) -> None:
    """Forget for what a person waits."""
    connection.execute(delete(place_wait).where(place_wait.c.account_id == account_id))
