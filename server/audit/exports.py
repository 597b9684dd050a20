"""The list of the area that an auditor may take as a file: rows of the audit log."""

from sqlalchemy import Connection

from server.audit.queries import pages
from server.audit.queries.pages import ReadRow, Search
from server.core import json_text
from server.core.access.roles import Act
from server.core.exports import (
    ROLES,
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
)
from server.core.own_data import Words


def _search(wish: Wish) -> Search:
    since, until = span_of(wish)
    return Search(since=since, until=until)


def _rows(connection: Connection, wish: Wish, after: Key | None) -> list[ExportRow]:
    before = after[0] if after else 0
    assert isinstance(before, int)
    page = pages.page(
        connection, _search(wish), district_id=wish.who.district_id, before=before, limit=ROWS_AT_ONCE
    )
    return [ExportRow(_row(one), (one.id,)) for one in page]


def _row(one: ReadRow) -> tuple[Cell, ...]:
    return (
        one.id,
        one.at,
        one.act,
        one.actor_id,
        one.actor_name,
        said(ROLES, one.actor_role),
        one.subject_id,
        one.subject_name,
        json_text.write(one.facts),
    )


AUDIT = ExportKind(
    name=ExportName.AUDIT,
    title=Words("审计日志", "Audit log"),
    act=Act.EXPORT_AUDIT,
    columns=(
        ExportColumn(Words("编号", "Number"), 10),
        ExportColumn(Words("时间", "Time"), 20),
        ExportColumn(Words("操作（代码）", "Act (code)"), 22),
        ExportColumn(Words("操作人编号", "Who: number"), 12),
        ExportColumn(Words("操作人", "Who"), 16),
        ExportColumn(Words("操作人角色", "Who: role"), 16),
        ExportColumn(Words("涉及人编号", "About: number"), 12),
        ExportColumn(Words("涉及人", "About"), 16),
        ExportColumn(Words("内容（JSON）", "Facts (JSON)"), 60),
    ),
    count=lambda connection, wish: pages.count(connection, _search(wish), district_id=wish.who.district_id),
    rows=_rows,
)
EXPORTS = (AUDIT,)
