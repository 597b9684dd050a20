"""Figures of closed peaks, added up by post."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, case, cast, func, literal_column, select

from server.attendance.rules.figures import NAMES, Figures, GroupFigures
from server.attendance.tables import ARRIVALS, heads_of, peak_outcome
from server.core.access.roles import Actor, Group, columns_of_scope
from server.places.tables import post, school, station


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which peaks: of whose scope, on which days, and of them those of a station, school, post, peak or weekdays."""

    who: Actor
    since: date
    until: date
    station_id: int | None = None
    school_id: int | None = None
    post_id: int | None = None
    peak: str | None = None
    dates: Collection[date] | None = None

    def posts(self) -> list[ColumnElement[bool]]:
        """Give which posts, as conditions."""
        given = {"station_id": self.station_id, "school_id": self.school_id, "id": self.post_id}
        wanted = [post.c.district_id == self.who.district_id]
        wanted += [post.c[name] == number for name, number in columns_of_scope(self.who).items()]
        return wanted + [post.c[name] == number for name, number in given.items() if number is not None]

    def peaks(self) -> list[ColumnElement[bool]]:
        """Give which peaks of those posts, as conditions."""
        wanted: list[ColumnElement[bool]] = [peak_outcome.c.date.between(self.since, self.until)]
        if self.peak is not None:
            wanted.append(peak_outcome.c.peak == self.peak)
        if self.dates is not None:
            wanted.append(peak_outcome.c.date.in_(self.dates))
        return wanted


@dataclass(frozen=True, slots=True)
class PostFigures:
    """A post, whose it is, and its figures."""

    post_id: int
    post_name: str
    school_id: int
    school_name: str
    station_id: int
    station_name: str
    figures: Figures


def heads(count: str) -> ColumnElement[int]:
    """Give the heads of all groups together, as an expression."""
    columns: list[ColumnElement[int]] = [peak_outcome.c[name] for name in heads_of(count)]
    return reduce(add, columns)


def filled() -> ColumnElement[int]:
    """Give the heads on duty as far as they were required, group by group, as an expression."""
    pairs = zip(heads_of("required"), heads_of("present"), strict=True)
    columns = ((peak_outcome.c[required], peak_outcome.c[present]) for required, present in pairs)
    return reduce(add, (case((have < need, have), else_=need) for need, have in columns))


def _summed(name: str) -> ColumnElement[Any]:
    if name == "peaks":
        return func.count()
    if name == "peaks_planned":
        return func.count(peak_outcome.c[heads_of("planned")[0]])
    if name == "filled":
        return func.sum(filled())
    return func.sum(peak_outcome.c[name] if name.endswith("_minutes") else heads(name))


_SUMS = tuple(func.coalesce(_summed(name), 0).label(name) for name in NAMES)
_last_closed = func.max(peak_outcome.c.ends_at).label("last_closed")


def by_post(connection: Connection, wanted: Wanted) -> tuple[list[PostFigures], datetime | None]:
    """Add up figures by post, in the order of stations, schools and posts, posts without a closed peak among them.

    Gives with them the end of the last peak that is counted.
    """
    # By the post's own number: in its order SQLite finds the rows, and need not sort them.
    summed = (
        select(post.c.id, _last_closed, *_SUMS)
        .join(post, peak_outcome.c.post_id == post.c.id)
        .where(*wanted.posts(), *wanted.peaks())
        .group_by(post.c.id)
    )
    found = {row.id: row for row in connection.execute(summed)}
    posts = (
        select(
            post.c.id,
            post.c.name,
            post.c.school_id,
            school.c.name.label("school_name"),
            post.c.station_id,
            station.c.name.label("station_name"),
        )
        .join(school, post.c.school_id == school.c.id)
        .join(station, post.c.station_id == station.c.id)
        .where(*wanted.posts())
        .order_by(post.c.station_id, post.c.school_id, post.c.id)
    )
    rows = [
        PostFigures(
            row.id,
            row.name,
            row.school_id,
            row.school_name,
            row.station_id,
            row.station_name,
            _figures(found.get(row.id)),
        )
        for row in connection.execute(posts)
    ]
    return rows, max((row.last_closed for row in found.values()), default=None)


def _figures(row: Any) -> Figures:
    # PostgreSQL gives sums as decimals.
    return Figures() if row is None else Figures(*(int(getattr(row, name)) for name in NAMES))


def by_group(connection: Connection, wanted: Wanted) -> dict[Group, GroupFigures]:
    """Add up heads by group, over all posts."""
    counts = ("required", "present", "late", "waiting", "planned", "absent", "replaced")
    one_group = {group: [peak_outcome.c[f"{count}_{group.value}"] for count in counts] for group in Group}
    columns = [
        func.coalesce(func.sum(column), 0)
        for required, present, *others in one_group.values()
        for column in (
            required,
            case((present < required, present), else_=required),
            present,
            *others,
        )
    ]
    query = (
        select(*columns)
        .join(post, peak_outcome.c.post_id == post.c.id)
        .where(*wanted.posts(), *wanted.peaks())
    )
    numbers = [int(one) for one in connection.execute(query).one()]
    size = len(counts) + 1
    return {
        group: GroupFigures(*numbers[place * size : (place + 1) * size]) for place, group in enumerate(Group)
    }


def by_band(connection: Connection, wanted: Wanted) -> tuple[int, list[int]]:
    """Add up arrivals by band; gives with them of how many peaks they are known."""
    columns = [peak_outcome.c[name] for name in ARRIVALS]
    query = (
        select(func.count(columns[0]), *(func.coalesce(func.sum(one), 0) for one in columns))
        .join(post, peak_outcome.c.post_id == post.c.id)
        .where(*wanted.posts(), *wanted.peaks())
    )
    peaks, *bands = (int(one) for one in connection.execute(query).one())
    return peaks, bands


def by_school_and_week(
    connection: Connection, wanted: Wanted, monday: date
) -> Iterator[tuple[int, date, int, int]]:
    """Give the covered and the required minutes of each school in each week, counted from a Monday, by its Monday."""
    week = _days_after(connection, monday) // 7
    for school_id, number, covered, required in connection.execute(
        _minutes(wanted, post.c.school_id, week).group_by(post.c.school_id, week)
    ):
        yield school_id, monday + timedelta(weeks=int(number)), int(covered), int(required)


def by_weekday(connection: Connection, wanted: Wanted, monday: date) -> Iterator[tuple[int, date, int, int]]:
    """Give the covered and the required minutes of all schools (0) by weekday, as a day of the week of a Monday."""
    weekday = _days_after(connection, monday) % 7
    for number, covered, required in connection.execute(_minutes(wanted, weekday).group_by(weekday)):
        yield 0, monday + timedelta(days=int(number)), int(covered), int(required)


def _minutes(wanted: Wanted, *by: ColumnElement[Any]) -> Select[Any]:
    columns = peak_outcome.c
    return (
        select(*by, func.sum(columns.covered_minutes), func.sum(columns.required_minutes))
        .join(post, columns.post_id == post.c.id)
        .where(*wanted.posts(), *wanted.peaks())
    )


def _days_after(connection: Connection, monday: date) -> ColumnElement[int]:
    """Give how many days after a Monday a peak was: databases count them each in its way."""
    on = peak_outcome.c.date
    if connection.dialect.name == "sqlite":
        days = func.julianday(on) - func.julianday(literal_column(f"'{monday.isoformat()}'"))
        return cast(days, Integer)
    return literal_column(f"({on.table.name}.{on.name} - DATE '{monday.isoformat()}')", Integer)
