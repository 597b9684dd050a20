"""The list of the area that a console may take as a file: alarms with their times, without people."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from server.alarm.queries import alarm_list
from server.alarm.queries.alarm_list import Answers, ListedAlarm
from server.alarm.rules.alarm import AlarmKind, Outcome
from server.alarm.service.presses import Source
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
    said,
    span_of,
    time_and_number,
)
from server.core.own_data import Words

TIERS = (1, 2, 3)
NOBODY = Answers(0, None, None)
REAL, DRILL = Words("真实", "Real"), Words("演练", "Drill")
KINDS: Mapping[str, Words] = {
    AlarmKind.INTRUDER: Words("有人闯入", "Intruder"),
    AlarmKind.FIGHT: Words("打架冲突", "Fight"),
    AlarmKind.TRAFFIC: Words("交通事故", "Traffic accident"),
    AlarmKind.MEDICAL: Words("突发疾病", "Medical"),
    AlarmKind.FIRE: Words("火情", "Fire"),
    AlarmKind.MISSING_CHILD: Words("孩子走失", "Missing child"),
    AlarmKind.CROWDING: Words("人群拥挤", "Crowding"),
    AlarmKind.SUSPICIOUS: Words("可疑人员", "Suspicious person"),
    AlarmKind.OTHER: Words("其他情况", "Something else"),
}
OUTCOMES: Mapping[str, Words] = {
    Outcome.REAL: Words("已处置", "Handled"),
    Outcome.FALSE: Words("误报", "False alarm"),
    Outcome.TEST: Words("测试", "Test"),
    Outcome.TRANSFERRED: Words("已移交", "Handed over"),
    Outcome.DUPLICATE: Words("重复报警，已合并", "Double, merged"),
}
SOURCES: Mapping[str, Words] = {
    Source.PHONE: Words("手机", "Phone"),
    Source.CONSOLE: Words("控制台", "Console"),
    Source.DEVICE: Words("报警装置", "Alarm device"),
    Source.DRILL: Words("演练", "Drill"),
}


def _rows(connection: Connection, wish: Wish, after: Key | None) -> list[ExportRow]:
    page = alarm_list.listed(
        connection, wish.who, *span_of(wish), after=time_and_number(after), limit=ROWS_AT_ONCE
    )
    answers = alarm_list.answers(connection, [one.id for one in page])
    rows = []
    for one in page:
        tiers = [answers.get((one.id, tier), NOBODY) for tier in TIERS]
        rows.append(ExportRow(_row(one, tiers), (one.raised_at, one.id)))
    return rows


def _row(one: ListedAlarm, tiers: list[Answers]) -> tuple[Cell, ...]:
    there = [tier.first_there_at for tier in tiers if tier.first_there_at is not None]
    return (
        one.id,
        DRILL if one.drill else REAL,
        said(KINDS, one.kind),
        said(SOURCES, one.source),
        one.post_name,
        one.school_name,
        one.station_name,
        one.raised_at,
        one.acknowledged_at,
        one.resolved_at,
        said(OUTCOMES, one.outcome),
        one.merged_into,
        _seconds(one.raised_at, one.acknowledged_at),
        *(cell for tier in tiers for cell in (tier.asked, _seconds(one.raised_at, tier.first_answer_at))),
        _seconds(one.raised_at, min(there, default=None)),
        one.pictures,
    )


def _seconds(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else round((until - since).total_seconds())


ALARMS = ExportKind(
    name=ExportName.ALARMS,
    title=Words("报警", "Alarms"),
    act=Act.EXPORT_ALARMS,
    columns=(
        ExportColumn(Words("编号", "Number"), 8),
        ExportColumn(Words("真实或演练", "Real or drill"), 10),
        ExportColumn(Words("类型", "Kind"), 14),
        ExportColumn(Words("来源", "Source"), 12),
        ExportColumn(Words("岗位", "Post"), 28),
        ExportColumn(Words("学校", "School"), 24),
        ExportColumn(Words("派出所", "Police station"), 20),
        ExportColumn(Words("报警时间", "Raised"), 20),
        ExportColumn(Words("确认接警时间", "Acknowledged"), 20),
        ExportColumn(Words("结束时间", "Ended"), 20),
        ExportColumn(Words("结果", "Outcome"), 16),
        ExportColumn(Words("并入编号", "Merged into"), 10),
        ExportColumn(Words("确认接警用时（秒）", "To acknowledgement (s)"), 14),
        *(
            column
            for tier in TIERS
            for column in (
                ExportColumn(Words(f"第{tier}级通知人数", f"Tier {tier}: asked"), 12),
                ExportColumn(Words(f"第{tier}级首次应答（秒）", f"Tier {tier}: first answer (s)"), 16),
            )
        ),
        ExportColumn(Words("首人到场（秒）", "First there (s)"), 14),
        ExportColumn(Words("现存照片和视频（个）", "Photos and clips kept"), 12),
    ),
    count=lambda connection, wish: alarm_list.count(connection, wish.who, *span_of(wish)),
    rows=_rows,
)
EXPORTS = (ALARMS,)
