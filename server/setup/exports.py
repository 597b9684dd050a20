"""The list of the area that a console may take as a file: posts with their schools and stations, archived ones too."""

from sqlalchemy import Connection

from server.core.access.roles import Act, Group, columns_of_scope
from server.core.exports import (
    ROWS_AT_ONCE,
    Cell,
    ExportColumn,
    ExportKind,
    ExportName,
    ExportRow,
    Key,
    Wish,
)
from server.core.geo import wgs84_to_gcj02
from server.core.own_data import Words
from server.setup.queries import posts
from server.setup.queries.posts import KeptPost, WantedPosts
from server.setup.rules.posts import Shown

USED, ARCHIVED = Words("使用中", "In use"), Words("已停用", "Archived")


def _wanted(wish: Wish) -> WantedPosts:
    scope = {**columns_of_scope(wish.who), "district_id": wish.who.district_id}
    return WantedPosts(scope, shown=Shown.ALL)


def _rows(connection: Connection, wish: Wish, after: Key | None) -> list[ExportRow]:
    number = after[0] if after else 0
    assert isinstance(number, int)
    found = posts.after(connection, _wanted(wish), number, ROWS_AT_ONCE)
    return [ExportRow(_row(one), (one.id,)) for one in found]


def _row(one: KeptPost) -> tuple[Cell, ...]:
    shifted = wgs84_to_gcj02(one.point)
    return (
        one.station_name,
        one.school_name,
        one.name,
        one.gate,
        one.area,
        round(one.latitude, 6),
        round(one.longitude, 6),
        round(shifted.latitude, 6),
        round(shifted.longitude, 6),
        one.fence_radius_m,
        *(one.composition.get(group.value, 0) for group in Group),
        ARCHIVED if one.archived_at else USED,
    )


PLACES = ExportKind(
    name=ExportName.PLACES,
    title=Words("护学岗名册", "Posts of school guards"),
    act=Act.SEE_PLACES,
    columns=(
        ExportColumn(Words("派出所", "Police station"), 20),
        ExportColumn(Words("学校", "School"), 24),
        ExportColumn(Words("护学岗", "Post"), 28),
        ExportColumn(Words("校门", "Gate"), 12),
        ExportColumn(Words("责任区域", "Area"), 24),
        ExportColumn(Words("纬度(WGS-84)", "Latitude (WGS-84)"), 14),
        ExportColumn(Words("经度(WGS-84)", "Longitude (WGS-84)"), 14),
        ExportColumn(Words("纬度(GCJ-02)", "Latitude (GCJ-02)"), 14),
        ExportColumn(Words("经度(GCJ-02)", "Longitude (GCJ-02)"), 14),
        ExportColumn(Words("签到半径(米)", "Fence (m)"), 12),
        ExportColumn(Words("校方人数", "Staff"), 10),
        ExportColumn(Words("保安人数", "Security"), 10),
        ExportColumn(Words("志愿者人数", "Volunteers"), 10),
        ExportColumn(Words("民警人数", "Police"), 10),
        ExportColumn(Words("状态", "State"), 10),
    ),
    count=lambda connection, wish: posts.count(connection, _wanted(wish)),
    rows=_rows,
    ranged=False,
)
EXPORTS = (PLACES,)
