"""Closed peaks one by one: the rows of which figures are made."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, or_, select, tuple_

from server.attendance.queries.outcomes import outcome_in
from server.attendance.queries.sums import Wanted, filled, heads
from server.attendance.rules.outcomes import PeakKey, PeakOutcome
from server.attendance.tables import ARRIVALS, peak_outcome
from server.places.tables import post


class Only(StrEnum):
    """Which rows a figure is made of; the last ones are of a band of arrivals each (``rules.arrivals``)."""

    NOT_COVERED = "not_covered"
    NOT_FILLED = "not_filled"
    LATE = "late"
    WAITING = "waiting"
    ABSENT = "absent"
    ARRIVED_0 = "arrived_0"
    ARRIVED_1 = "arrived_1"
    ARRIVED_2 = "arrived_2"
    ARRIVED_3 = "arrived_3"
    ARRIVED_4 = "arrived_4"
    ARRIVED_5 = "arrived_5"
    ARRIVED_6 = "arrived_6"
    ARRIVED_7 = "arrived_7"
    ARRIVED_8 = "arrived_8"
    ARRIVED_9 = "arrived_9"


_KEY = re.compile(r"([0-9]{1,18}) ([0-9]{4}-[0-9]{2}-[0-9]{2}) (.{1,30})")
_ONLY: dict[Only, ColumnElement[bool]] = {
    Only.NOT_COVERED: peak_outcome.c.covered_minutes < peak_outcome.c.required_minutes,
    Only.NOT_FILLED: filled() < heads("required"),
    Only.LATE: heads("late") > 0,
    Only.WAITING: heads("waiting") > 0,
    Only.ABSENT: heads("absent") > 0,
    **{Only(name): peak_outcome.c[name] > 0 for name in ARRIVALS},
}


@dataclass(frozen=True, slots=True)
class ListedPeak:
    """A closed peak with its post's name."""

    post_name: str
    row: PeakOutcome


def listed(
    connection: Connection, wanted: Wanted, *, only: Only | None, after: PeakKey | None, limit: int
) -> list[ListedPeak]:
    """Read the next closed peaks after a key (``None``: the first ones), the newest day first."""
    columns = peak_outcome.c
    query = (
        select(peak_outcome, post.c.name.label("post_name"))
        .join(post, columns.post_id == post.c.id)
        .where(*wanted.posts(), *wanted.peaks(), *_only(only))
        .order_by(columns.date.desc(), columns.post_id, columns.peak)
        .limit(limit)
    )
    if after is not None:
        post_id, on, peak = after
        later = tuple_(columns.post_id, columns.peak) > tuple_(post_id, peak)
        query = query.where(or_(columns.date < on, (columns.date == on) & later))
    return [
        ListedPeak(
            row.post_name,
            PeakOutcome(row.post_id, row.date, row.peak, row.starts_at, row.ends_at, outcome_in(row)),
        )
        for row in connection.execute(query)
    ]


def count(connection: Connection, wanted: Wanted, *, only: Only | None) -> int:
    """Count them."""
    query = (
        select(func.count())
        .select_from(peak_outcome)
        .join(post, peak_outcome.c.post_id == post.c.id)
        .where(*wanted.posts(), *wanted.peaks(), *_only(only))
    )
    number: int = connection.execute(query).scalar_one()
    return number


def _only(only: Only | None) -> list[ColumnElement[bool]]:
    return [] if only is None else [_ONLY[only]]


def key_of(text: str) -> PeakKey:
    """Read the key of a row as clients give it back: the post, the date and the peak. Raises ``ValueError``."""
    found = _KEY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return int(found[1]), date.fromisoformat(found[2]), found[3]
