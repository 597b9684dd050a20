"""Lists of the area that a console may take as a file: guards, and who was where from when to when."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import ColumnElement, Connection

from server.core.access.roles import AccountStatus, Act, Actor
from server.core.database.sealing import telephones
from server.core.exports import (
    CATEGORIES,
    PEAKS,
    ROWS_AT_ONCE,
    STATUSES,
    Cell,
    ExportColumn,
    ExportKind,
    ExportName,
    ExportRow,
    Key,
    Wish,
    said,
    span_of,
    time_and_number,
)
from server.core.own_data import Words
from server.duty.queries import duty_list, guard_list, guards_only
from server.duty.queries.duty_list import ListedDuty
from server.duty.queries.guard_list import ListedGuard
from server.duty.rules.arrival import CheckOutHow, Verdict
from server.duty.rules.telephones import may_ring_up
from server.people.queries.guard_pages import scope_of_console

CLOSED = Words("已自行注销", "Closed by himself")


def _wanted(wish: Wish) -> ColumnElement[bool]:
    scope = scope_of_console(wish.who)
    return scope if wish.only is None else scope & guards_only.condition(wish.only)


def _guards(connection: Connection, wish: Wish, after: Key | None) -> list[ExportRow]:
    number = after[0] if after else 0
    assert isinstance(number, int)
    page = guard_list.listed(connection, _wanted(wish), after=number, limit=ROWS_AT_ONCE)
    ids = [one.id for one in page]
    posts, last = guard_list.posts_of(connection, ids), guard_list.last_duties(connection, ids)
    stations = guard_list.stations_of(connection, ids) if wish.with_telephones else {}
    rows = []
    for one in page:
        at, where = last.get(one.id, (None, None))
        phone = one.telephone
        whole = (
            wish.with_telephones and phone is not None and _may_ring_up(wish.who, one, stations.get(one.id))
        )
        cells: tuple[Cell, ...] = (
            one.name,
            said(CATEGORIES, one.category),
            one.school_name,
            one.station_name,
            " / ".join(posts.get(one.id, ())),
            _status(one),
            one.registered_at,
            at,
            where,
            phone if whole else telephones.masked(phone),
            str(one.id),
        )
        rows.append(ExportRow(cells, (one.id,), one.id if whole else None))
    return rows


def _may_ring_up(who: Actor, one: ListedGuard, stations: AbstractSet[int] | None) -> bool:
    return may_ring_up(
        who,
        district_id=one.district_id,
        station_id=one.station_id,
        school_id=one.school_id,
        at_stations=stations or frozenset(),
    )


def _status(one: ListedGuard) -> Cell:
    closed = one.status == AccountStatus.SUSPENDED and one.suspended_at is None
    return CLOSED if closed else said(STATUSES, one.status)


GUARDS = ExportKind(
    name=ExportName.GUARDS,
    title=Words("护学岗人员", "Guards"),
    act=Act.EXPORT_GUARDS,
    columns=(
        ExportColumn(Words("姓名", "Name"), 14),
        ExportColumn(Words("类别", "Category"), 12),
        ExportColumn(Words("学校", "School"), 24),
        ExportColumn(Words("派出所", "Police station"), 20),
        ExportColumn(Words("排班岗位", "Posts on the roster"), 30),
        ExportColumn(Words("状态", "Status"), 12),
        ExportColumn(Words("登记时间", "Registered"), 20),
        ExportColumn(Words("最近签到时间", "Last check-in"), 20),
        ExportColumn(Words("最近签到岗位", "Post of the last check-in"), 28),
        ExportColumn(Words("手机号", "Telephone"), 16),
        # By it a file that is brought in again knows each person, whatever of him is masked.
        ExportColumn(Words("编号", "Number"), 10),
    ),
    count=lambda connection, wish: guard_list.count(connection, _wanted(wish)),
    rows=_guards,
    ranged=False,
    telephones=Act.EXPORT_TELEPHONES,
)
VERDICTS: Mapping[str, Words] = {
    Verdict.ON_TIME: Words("准时", "On time"),
    Verdict.LATE: Words("迟到", "Late"),
}
ENDS: Mapping[str, Words] = {
    CheckOutHow.CHECK_OUT: Words("本人签退", "Checked out"),
    CheckOutHow.NO_CHECK_OUT: Words("未签退，到点结束", "Ended without check-out"),
    CheckOutHow.SUSPENDED: Words("账号被停用", "Suspended"),
    CheckOutHow.ACCOUNT_CLOSED: Words("账号已注销", "Account closed"),
}


def _duties(connection: Connection, wish: Wish, after: Key | None) -> list[ExportRow]:
    page = duty_list.listed(
        connection, wish.who, *span_of(wish), after=time_and_number(after), limit=ROWS_AT_ONCE
    )
    return [ExportRow(_duty(one), (one.at, one.id)) for one in page]


def _duty(one: ListedDuty) -> tuple[Cell, ...]:
    return (
        one.date,
        said(PEAKS, one.peak),
        one.name,
        said(CATEGORIES, one.category),
        one.post_name,
        one.school_name,
        one.station_name,
        one.at,
        one.checked_out_at,
        said(ENDS, one.checked_out_how),
        said(VERDICTS, one.verdict),
        one.minutes_late,
        one.verified,
        one.confirmed_at,
        None if one.distance_m is None else round(one.distance_m),
    )


DUTIES = ExportKind(
    name=ExportName.DUTIES,
    title=Words("值守记录", "Duty records"),
    act=Act.EXPORT_DUTIES,
    columns=(
        ExportColumn(Words("日期", "Date"), 12),
        ExportColumn(Words("时段", "Peak"), 12),
        ExportColumn(Words("姓名", "Name"), 14),
        ExportColumn(Words("类别", "Category"), 12),
        ExportColumn(Words("岗位", "Post"), 28),
        ExportColumn(Words("学校", "School"), 24),
        ExportColumn(Words("派出所", "Police station"), 20),
        ExportColumn(Words("签到时间", "Checked in"), 20),
        ExportColumn(Words("结束时间", "Ended"), 20),
        ExportColumn(Words("结束方式", "How it ended"), 18),
        ExportColumn(Words("是否准时", "On time"), 10),
        ExportColumn(Words("迟到分钟", "Minutes late"), 10),
        ExportColumn(Words("已核实", "Verified"), 10),
        ExportColumn(Words("确认时间", "Confirmed"), 20),
        ExportColumn(Words("距岗位（米）", "From the post (m)"), 14),
    ),
    count=lambda connection, wish: duty_list.count(connection, wish.who, *span_of(wish)),
    rows=_duties,
)
EXPORTS = (GUARDS, DUTIES)
