"""Writing what became of peaks, and the months of people, that are to be worked out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from server.attendance.rules.outcomes import MonthFigures, Outcome, PeakKey, PeakOutcome
from server.attendance.tables import (
    ARRIVALS,
    HEADS,
    closed_until,
    heads_of,
    peak_outcome,
    service_month,
)
from server.core.access.roles import Group
from server.core.database.many_rows import ManyRows
from server.places.rules.composition import Composition

_KEY = ("post_id", "date", "peak")
_FIGURES = (
    *(name for count in HEADS for name in heads_of(count)),
    "required_minutes",
    "covered_minutes",
    "served_minutes",
    "corrected",
    *ARRIVALS,
)
_COLUMNS = (*_KEY, "starts_at", "ends_at", *_FIGURES, "written_at", "again")
_write = ManyRows(
    peak_outcome,
    _COLUMNS,
    "ON CONFLICT (post_id, date, peak) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*_FIGURES, "written_at", "again")),
)


def write(connection: Connection, outcomes: Iterable[PeakOutcome], now: datetime) -> None:
    """Write what became of peaks, in place of what was worked out of them before."""
    rows = [
        (one.post_id, one.date, one.peak, one.starts_at, one.ends_at, *_figures(one.outcome), now, False)
        for one in outcomes
    ]
    if rows:
        _write.write(connection, rows)


def _figures(outcome: Outcome) -> list[int | None]:
    counts: list[Composition | None] = [getattr(outcome, count) for count in HEADS]
    return [
        *(None if heads is None else heads.of(group) for heads in counts for group in Group),
        outcome.required_minutes,
        outcome.covered_minutes,
        outcome.served_minutes,
        outcome.corrected,
        *(outcome.arrivals or [None] * len(ARRIVALS)),
    ]


def outcome_in(row: Any) -> Outcome:
    """Make an outcome again of its row."""
    return Outcome(
        required=_heads(row, "required"),
        present=_heads(row, "present"),
        late=_heads(row, "late"),
        waiting=_heads(row, "waiting"),
        planned=_planned(row, "planned"),
        absent=_planned(row, "absent"),
        replaced=_planned(row, "replaced"),
        required_minutes=row.required_minutes,
        covered_minutes=row.covered_minutes,
        served_minutes=row.served_minutes,
        corrected=row.corrected,
        arrivals=None if row.arrived_0 is None else tuple(getattr(row, name) for name in ARRIVALS),
    )


def _heads(row: Any, count: str) -> Composition:
    return Composition(*(getattr(row, name) for name in heads_of(count)))


def _planned(row: Any, count: str) -> Composition | None:
    return None if getattr(row, heads_of(count)[0]) is None else _heads(row, count)


def read(connection: Connection, peaks: Collection[PeakKey]) -> list[PeakOutcome]:
    """Read what became of some peaks."""
    if not peaks:
        return []
    columns = peak_outcome.c
    wanted = (
        and_(columns.post_id == post_id, columns.date == on, columns.peak == peak)
        for post_id, on, peak in sorted(peaks)
    )
    rows = connection.execute(select(peak_outcome).where(or_(*wanted)))
    return [
        PeakOutcome(row.post_id, row.date, row.peak, row.starts_at, row.ends_at, outcome_in(row))
        for row in rows
    ]


_again = (
    select(peak_outcome.c.post_id, peak_outcome.c.date, peak_outcome.c.peak)
    .where(peak_outcome.c.again)
    .order_by(peak_outcome.c.post_id)
)


def due_again(connection: Connection, most: int) -> list[PeakKey]:
    """List peaks whose log changed after they were closed."""
    return [(row.post_id, row.date, row.peak) for row in connection.execute(_again.limit(most))]


def mark_again(connection: Connection, key: PeakKey) -> None:
    """Let a peak be worked out anew, if it was before."""
    post_id, on, peak = key
    columns = peak_outcome.c
    connection.execute(
        update(peak_outcome)
        .where(columns.post_id == post_id, columns.date == on, columns.peak == peak)
        .values(again=True)
    )


def closed_untils(connection: Connection, post_ids: Collection[int]) -> dict[int, datetime]:
    """Read up to when the closed peaks of some posts are written; a post that was never looked at is left out."""
    query = select(closed_until.c.post_id, closed_until.c.until).where(closed_until.c.post_id.in_(post_ids))
    return {row.post_id: row.until for row in connection.execute(query)}


_keep_until = ManyRows(
    closed_until, ("post_id", "until"), "ON CONFLICT (post_id) DO UPDATE SET until = excluded.until"
)


def keep_untils(connection: Connection, untils: Mapping[int, datetime]) -> None:
    """Keep up to when the closed peaks of posts are written."""
    if untils:
        _keep_until.write(connection, sorted(untils.items()))


PersonMonth = tuple[int, date]
_MONTH = ("account_id", "month", "on_time", "late", "minutes", "unverified", "no_shows", "again")
_mark_month = ManyRows(service_month, _MONTH, "ON CONFLICT (account_id, month) DO UPDATE SET again = true")
_write_month = ManyRows(
    service_month,
    _MONTH,
    "ON CONFLICT (account_id, month) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _MONTH[2:]),
)


def mark_months(connection: Connection, months: Iterable[PersonMonth]) -> None:
    """Let months of people be added up anew."""
    rows = [(*one, 0, 0, 0, 0, 0, True) for one in sorted(set(months))]
    if rows:
        _mark_month.write(connection, rows)


def months_due(connection: Connection, most: int, *, lock: bool = False) -> list[PersonMonth]:
    """List months of people that are to be added up; ``lock``: nobody else marks them until the commit."""
    query = (
        select(service_month.c.account_id, service_month.c.month)
        .where(service_month.c.again)
        .order_by(service_month.c.account_id)
        .limit(most)
    )
    rows = connection.execute(query.with_for_update() if lock else query)
    return [(account_id, month) for account_id, month in rows]


def write_months(connection: Connection, months: Sequence[tuple[PersonMonth, MonthFigures]]) -> None:
    """Write months of people, in place of what was added up before."""
    rows = [
        (*key, one.on_time, one.late, one.minutes, one.unverified, one.no_shows, False) for key, one in months
    ]
    if rows:
        _write_month.write(connection, rows)


def months_of(connection: Connection, account_id: int) -> list[tuple[date, MonthFigures, bool]]:
    """Read a person's months, the newest first: the month, its figures, and whether it is to be added up anew."""
    columns = service_month.c
    query = select(service_month).where(columns.account_id == account_id).order_by(columns.month.desc())
    return [
        (row.month, MonthFigures(row.on_time, row.late, row.minutes, row.unverified, row.no_shows), row.again)
        for row in connection.execute(query)
    ]
