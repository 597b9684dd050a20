"""The official monthly table: a row a school and month, as a file."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from server.attendance.queries import sums
from server.attendance.queries.sums import PostFigures, Wanted
from server.attendance.rules.figures import Figures, added_up, months_of
from server.core.access.roles import Act
from server.core.exports import (
    ROWS_AT_ONCE,
    Cell,
    ExportColumn,
    ExportKind,
    ExportName,
    ExportRow,
    Key,
    Wish,
    span_of,
)
from server.core.own_data import Words
from server.places.queries import districts

MINUTES_OF_AN_HOUR = 60


def _days(connection: Connection, wish: Wish) -> tuple[date, date]:
    since, until = span_of(wish)
    zone = ZoneInfo(districts.the_district(connection, wish.who.district_id).time_zone)
    return _day(since, zone), _day(until - timedelta(microseconds=1), zone)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _table(connection: Connection, wish: Wish) -> list[ExportRow]:
    since, until = _days(connection, wish)
    found: list[ExportRow] = []
    for first, last in months_of(since, until):
        posts, _last_closed = sums.by_post(connection, Wanted(wish.who, first, last))
        number = 12 * first.year + first.month
        for school_id, some in groupby(posts, key=lambda one: one.school_id):
            found.append(ExportRow(_row(first, list(some)), (number, school_id)))
    return sorted(found, key=lambda row: row.key)


def _row(month: date, posts: Iterable[PostFigures]) -> tuple[Cell, ...]:
    own = list(posts)
    figures = added_up(one.figures for one in own)
    return (f"{month:%Y-%m}", own[0].station_name, own[0].school_name, len(own), *cells(figures))


def cells(figures: Figures) -> tuple[Cell, ...]:
    """Give figures as the table has them, in the order of its columns."""
    return (
        figures.peaks,
        figures.required,
        figures.filled,
        figures.present,
        figures.present - figures.late,
        figures.late,
        figures.waiting,
        figures.required - figures.filled,
        figures.planned,
        figures.absent,
        figures.replaced,
        round(figures.served_minutes / MINUTES_OF_AN_HOUR, 1),
        figures.covered_minutes,
        figures.required_minutes,
    )


def _rows(connection: Connection, wish: Wish, after: Key | None) -> list[ExportRow]:
    rows = _table(connection, wish)
    return [row for row in rows if after is None or row.key > after][:ROWS_AT_ONCE]


ATTENDANCE = ExportKind(
    name=ExportName.ATTENDANCE,
    title=Words("护学岗考勤月报", "Attendance of school guard posts by month"),
    act=Act.EXPORT_ATTENDANCE,
    columns=(
        ExportColumn(Words("月份", "Month"), 10),
        ExportColumn(Words("派出所", "Police station"), 20),
        ExportColumn(Words("学校", "School"), 24),
        ExportColumn(Words("岗位", "Posts"), 8),
        ExportColumn(Words("高峰", "Peaks"), 8),
        ExportColumn(Words("应到", "Required"), 10),
        ExportColumn(Words("满足应到", "Filled"), 10),
        ExportColumn(Words("在岗", "On duty"), 10),
        ExportColumn(Words("准时", "On time"), 10),
        ExportColumn(Words("迟到", "Late"), 8),
        ExportColumn(Words("未核实", "Unverified"), 10),
        ExportColumn(Words("缺员", "Missing"), 8),
        ExportColumn(Words("排班", "Planned"), 10),
        ExportColumn(Words("未到岗", "No-shows"), 10),
        ExportColumn(Words("顶岗", "Replaced"), 10),
        ExportColumn(Words("服务小时", "Hours"), 10),
        ExportColumn(Words("满员分钟", "Covered minutes"), 12),
        ExportColumn(Words("应满员分钟", "Required minutes"), 12),
    ),
    count=lambda connection, wish: len(_table(connection, wish)),
    rows=_rows,
)
EXPORTS = (ATTENDANCE,)
