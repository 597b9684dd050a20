"""When a district's schools have their peaks: timetables by school and kind, and the days out of the ordinary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    insert,
    select,
)

from server.places.rules.peaks import Peak
from server.places.tables import calendar_day, peak


@dataclass(frozen=True, slots=True)
class Timetable:
    """A district's peaks and its days out of the ordinary: of schools by number, of kinds, and common ones."""

    of_school: Mapping[int, tuple[Peak, ...]]
    of_kind: Mapping[str, tuple[Peak, ...]]
    common: Mapping[date, bool]
    own: Mapping[int, Mapping[date, bool]]


_peaks_of = select(peak.c.school_id, peak.c.school_kind, peak.c.kind, peak.c.starts, peak.c.ends).where(
    peak.c.district_id == bindparam("district_id")
)


_days_of = select(calendar_day.c.school_id, calendar_day.c.date, calendar_day.c.school_day).where(
    calendar_day.c.district_id == bindparam("district_id")
)


def school_day_of(connection: Connection, district_id: int, on: date) -> bool | None:
    """Read what a district's calendar says of a date; ``None``: nothing, so the weekday decides."""
    found: bool | None = connection.execute(
        select(calendar_day.c.school_day).where(*_day(district_id, on))
    ).scalar()
    return found


def set_school_day(connection: Connection, district_id: int, on: date, *, school_day: bool) -> None:
    """Write a date into a district's calendar, for all schools that have no day of their own."""
    # No upsert: the unique key takes two rows without a school for different ones.
    connection.execute(delete(calendar_day).where(*_day(district_id, on)))
    connection.execute(insert(calendar_day).values(district_id=district_id, date=on, school_day=school_day))


def _day(district_id: int, on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        calendar_day.c.district_id == district_id,
        calendar_day.c.school_id.is_(None),
        calendar_day.c.date == on,
    )


def timetable(connection: Connection, district_id: int) -> Timetable:
    """Read the peaks and the calendar of a district."""
    of_school: dict[int, list[Peak]] = {}
    of_kind: dict[str, list[Peak]] = {}
    for row in connection.execute(_peaks_of, {"district_id": district_id}):
        one = Peak(kind=row.kind, starts=row.starts, ends=row.ends)
        if row.school_id is not None:
            of_school.setdefault(row.school_id, []).append(one)
        else:
            of_kind.setdefault(row.school_kind, []).append(one)
    common: dict[date, bool] = {}
    own: dict[int, dict[date, bool]] = {}
    for day in connection.execute(_days_of, {"district_id": district_id}):
        (common if day.school_id is None else own.setdefault(day.school_id, {}))[day.date] = day.school_day
    return Timetable(
        {school_id: tuple(sorted(peaks, key=_start)) for school_id, peaks in of_school.items()},
        {kind: tuple(sorted(peaks, key=_start)) for kind, peaks in of_kind.items()},
        common,
        own,
    )


def _start(one: Peak) -> time:
    return one.starts
