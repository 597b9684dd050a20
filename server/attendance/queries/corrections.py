"""Corrections of people's records at peaks, and what else is known of those people there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, case, insert, select, update

from server.attendance.rules.corrections import Correction
from server.attendance.rules.outcomes import PeakKey
from server.attendance.tables import correction, no_show
from server.core.access.roles import Group
from server.duty.tables import badge_use, check_in
from server.people.tables import account

_columns = correction.c
_all = select(
    _columns.post_id,
    _columns.date,
    _columns.peak,
    _columns.account_id,
    _columns.seat_group,
    _columns.starts_at,
    _columns.came_at,
    _columns.left_at,
    _columns.late,
).order_by(_columns.id)


def at_peaks(connection: Connection, peaks: Collection[PeakKey]) -> list[Correction]:
    """Read the corrections at some peaks, the oldest first."""
    wanted = set(peaks)
    query = _all.where(
        _columns.post_id.in_({post_id for post_id, _on, _peak in wanted}),
        _columns.date.in_({on for _post_id, on, _peak in wanted}),
    )
    return [one for one in _read(connection, query) if one.key in wanted]


def of_people(
    connection: Connection, account_ids: Collection[int], first: date, last: date
) -> list[Correction]:
    """Read the corrections of some people for peaks of some dates, the oldest first."""
    query = _all.where(_columns.account_id.in_(account_ids), _columns.date.between(first, last))
    return _read(connection, query)


def _read(connection: Connection, query: Select[Any]) -> list[Correction]:
    return [
        Correction(
            (row.post_id, row.date, row.peak),
            row.account_id,
            Group(row.seat_group),
            row.starts_at,
            row.came_at,
            row.left_at,
            row.late,
        )
        for row in connection.execute(query)
    ]


def add(connection: Connection, one: Correction, *, reason: str, by: int, now: datetime) -> None:
    """Write a correction down."""
    post_id, on, peak = one.key
    values = {
        "post_id": post_id,
        "date": on,
        "peak": peak,
        "account_id": one.account_id,
        "seat_group": one.group.value,
        "starts_at": one.starts_at,
        "came_at": one.came_at,
        "left_at": one.left_at,
        "late": one.late,
        "reason": reason,
        "corrected_by": by,
        "corrected_at": now,
    }
    connection.execute(insert(correction).values(values))


@dataclass(frozen=True, slots=True)
class LoggedStay:
    """A check-in for a peak, as the log has it."""

    account_id: int
    name: str
    category: str
    verified: bool
    late: bool
    came_at: datetime
    left_at: datetime | None
    evidence: str


@dataclass(frozen=True, slots=True)
class MadeCorrection:
    """A correction with whose it is, why, by whom and when."""

    account_id: int
    name: str
    seat_group: str
    came_at: datetime | None
    left_at: datetime | None
    reason: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NotCome:
    """Somebody planned who had not come when a peak was closed."""

    account_id: int
    name: str
    seat_group: str


def logged_at(connection: Connection, key: PeakKey) -> list[LoggedStay]:
    """Read the check-ins for a peak with names, in the order of their coming."""
    columns = check_in.c
    evidence = case(
        (badge_use.c.badge_id.is_not(None), "badge"),
        (columns.assisted_by.is_not(None), "colleague"),
        else_="phone",
    )
    query = (
        select(
            columns.account_id,
            account.c.name,
            columns.category,
            columns.verified,
            (columns.verdict == "late").label("late"),
            columns.at.label("came_at"),
            columns.checked_out_at.label("left_at"),
            evidence.label("evidence"),
        )
        .join(account, columns.account_id == account.c.id)
        .outerjoin(badge_use, badge_use.c.check_in_id == columns.id)
        .where(columns.post_id == key[0], columns.date == key[1], columns.peak == key[2])
        .order_by(columns.id)
    )
    return [LoggedStay(**row) for row in connection.execute(query).mappings()]


def made_at(connection: Connection, key: PeakKey) -> list[MadeCorrection]:
    """Read the corrections at a peak with names, the oldest first."""
    by = account.alias()
    query = (
        select(
            _columns.account_id,
            account.c.name,
            _columns.seat_group,
            _columns.came_at,
            _columns.left_at,
            _columns.reason,
            by.c.name.label("by_name"),
            _columns.corrected_at.label("at"),
        )
        .join(account, _columns.account_id == account.c.id)
        .join(by, _columns.corrected_by == by.c.id)
        .where(_columns.post_id == key[0], _columns.date == key[1], _columns.peak == key[2])
        .order_by(_columns.id)
    )
    return [MadeCorrection(**row) for row in connection.execute(query).mappings()]


def not_come(connection: Connection, key: PeakKey) -> list[NotCome]:
    """Read who was planned for a peak and had not come when it was closed, with names."""
    query = (
        select(no_show.c.account_id, account.c.name, no_show.c.seat_group)
        .join(account, no_show.c.account_id == account.c.id)
        .where(no_show.c.post_id == key[0], no_show.c.date == key[1], no_show.c.peak == key[2])
        .order_by(no_show.c.account_id)
    )
    return [NotCome(**row) for row in connection.execute(query).mappings()]


def blank_reasons(connection: Connection, account_id: int) -> None:
    """Blank why the records of a person were corrected: it may name him."""
    connection.execute(update(correction).where(_columns.account_id == account_id).values(reason=""))
