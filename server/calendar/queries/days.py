"""Days, years and terms of a district's calendar."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from server.people.tables import account
from server.places.tables import (
    CalendarDay,
    CalendarYear,
    School,
    calendar_day,
    calendar_year,
    school,
)

# SQLite takes some 32,000 values in a statement.
_AT_ONCE = 500


def _of(district_id: int, school_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return calendar_day.c.district_id == district_id, calendar_day.c.school_id.is_not_distinct_from(school_id)


def between(
    connection: Connection, district_id: int, school_id: int | None, first: date, last: date
) -> dict[date, CalendarDay]:
    """Read what the district's calendar (or a school's own) says of some dates."""
    query = select(calendar_day).where(
        *_of(district_id, school_id), calendar_day.c.date >= first, calendar_day.c.date <= last
    )
    return {row["date"]: CalendarDay(**row) for row in connection.execute(query).mappings()}


def put(
    connection: Connection, district_id: int, school_id: int | None, rows: Sequence[Mapping[str, object]]
) -> None:
    """Write days, in the place of those that are there."""
    dates = [row["date"] for row in rows]
    for start in range(0, len(rows), _AT_ONCE):
        some = dates[start : start + _AT_ONCE]
        connection.execute(
            delete(calendar_day).where(*_of(district_id, school_id), calendar_day.c.date.in_(some))
        )
        values = [
            {**row, "district_id": district_id, "school_id": school_id}
            for row in rows[start : start + _AT_ONCE]
        ]
        connection.execute(insert(calendar_day), values)


def take(connection: Connection, district_id: int, school_id: int | None, dates: Collection[date]) -> None:
    """Delete days: what is beneath them decides again."""
    if dates:
        connection.execute(
            delete(calendar_day).where(*_of(district_id, school_id), calendar_day.c.date.in_(sorted(dates)))
        )


def years(connection: Connection, district_id: int) -> dict[int, CalendarYear]:
    """Read which years are filled."""
    query = select(calendar_year).where(calendar_year.c.district_id == district_id)
    return {row["year"]: CalendarYear(**row) for row in connection.execute(query).mappings()}


def fill_year(
    connection: Connection,
    district_id: int,
    year: int,
    *,
    source: str,
    changed_by: int | None,
    now: datetime,
) -> None:
    """Note that all days of a year are known, and by what."""
    mine = (calendar_year.c.district_id == district_id, calendar_year.c.year == year)
    values = {"source": source, "changed_by": changed_by, "changed_at": now}
    if not connection.execute(update(calendar_year).where(*mine).values(values)).rowcount:
        connection.execute(insert(calendar_year).values(district_id=district_id, year=year, **values))


def names(connection: Connection, account_ids: Iterable[int | None]) -> dict[int, str]:
    """Read the names of those who changed something."""
    wanted = sorted({one for one in account_ids if one is not None})
    if not wanted:
        return {}
    rows = connection.execute(select(account.c.id, account.c.name).where(account.c.id.in_(wanted)))
    return {row.id: row.name or "" for row in rows}


def one_school(connection: Connection, district_id: int, school_id: int) -> School | None:
    """Read a school of a district."""
    query = select(school).where(school.c.id == school_id, school.c.district_id == district_id)
    row = connection.execute(query).mappings().first()
    return School(**row) if row else None


def own_days(connection: Connection, district_id: int, first: date, last: date) -> dict[date, int]:
    """Count the schools that have a day of their own, by date."""
    query = (
        select(calendar_day.c.date, func.count())
        .where(
            calendar_day.c.district_id == district_id,
            calendar_day.c.school_id.is_not(None),
            calendar_day.c.date >= first,
            calendar_day.c.date <= last,
        )
        .group_by(calendar_day.c.date)
    )
    return {row.date: row[1] for row in connection.execute(query)}
