"""The sheets of an import file: columns with headings in Chinese and English, and how a row is built."""

from collections.abc import Mapping
from typing import Any

from server.core.files.sheet_kinds import Column, SheetKind, WrongAt, first_words
from server.core.files.sheet_words import name_reader, read_mobile, whole_reader, word_reader
from server.core.geo import Point, gcj02_to_wgs84
from server.people.files.words import CATEGORIES
from server.places.rules.composition import STANDARD, Composition
from server.setup.files.district_rows import (
    CalendarDay,
    PeakRow,
    PostRow,
    RosterRow,
    SchoolRow,
    StationRow,
)
from server.setup.files.district_words import (
    DATUMS,
    OPEN_WORDS,
    PEAKS,
    SCHOOL_KINDS,
    Datum,
    degrees_reader,
    read_date,
    read_telephone,
    read_time,
    read_weekdays,
)

DEFAULT_FENCE_RADIUS_M = 150
_NAME_LENGTH, _AREA_LENGTH, _MOST_HEADS = 60, 120, 50


def _name(english: str, chinese: str, example: str, *, required: bool = True) -> Column:
    return Column(english, chinese, name_reader(_NAME_LENGTH), required=required, example=example)


def _heads(english: str, chinese: str, standard: int) -> Column:
    return Column(english, chinese, whole_reader(0, _MOST_HEADS), default=standard, example=str(standard))


_PLACE = (
    Column("latitude", "纬度", degrees_reader(180), required=True, example="31.880000"),
    Column("longitude", "经度", degrees_reader(180), required=True, example="117.260000"),
    Column(
        "coordinate system",
        "坐标系",
        word_reader(DATUMS),
        required=True,
        example="GCJ02",
        choices=first_words(DATUMS),
    ),
)
# Asked for only where two schools have one name.
_STATION_OF_SCHOOL = _name("station", "派出所", "样例派出所", required=False)
_TELEPHONE = Column("telephone", "电话", read_telephone, example="0551-0000000")
_SCHOOL_KIND = word_reader(SCHOOL_KINDS)
_PEAK = Column(
    "peak", "高峰", word_reader(PEAKS), required=True, example="早上学", choices=first_words(PEAKS)
)


def _point(values: Mapping[str, Any]) -> Point:
    point = Point(values["latitude"], values["longitude"])
    return gcj02_to_wgs84(point) if values["coordinate system"] == Datum.GCJ02 else point


def _station(values: Mapping[str, Any]) -> StationRow:
    return StationRow(values["station"], values["telephone"], _point(values))


def _school(values: Mapping[str, Any]) -> SchoolRow:
    if values["boarders"] > values["pupils"]:
        raise WrongAt("boarders", "boarders_exceed_pupils", pupils=values["pupils"])
    return SchoolRow(
        name=values["school"],
        station=values["station"],
        kind=values["kind"],
        pupils=values["pupils"],
        boarders=values["boarders"],
        telephone=values["telephone"],
    )


def _post(values: Mapping[str, Any]) -> PostRow:
    composition = Composition(
        staff=values["staff"],
        security=values["security"],
        volunteer=values["volunteers"],
        police=values["police"],
    )
    if composition.total == 0:
        raise WrongAt("staff", "nobody_required")
    return PostRow(
        name=values["post"],
        school=values["school"],
        gate=values["gate"],
        area=values["area"],
        point=_point(values),
        fence_radius_m=values["fence radius m"],
        composition=composition,
        station=values["station"],
    )


def _peak(values: Mapping[str, Any]) -> PeakRow:
    if (values["school"] is None) == (values["school kind"] is None):
        raise WrongAt("school", "school_or_kind")
    if values["ends"] <= values["starts"]:
        raise WrongAt("ends", "ends_before_start", starts=values["starts"].strftime("%H:%M"))
    return PeakRow(
        school=values["school"],
        school_kind=values["school kind"],
        kind=values["peak"],
        starts=values["starts"],
        ends=values["ends"],
        station=values["station"] if values["school"] else None,
    )


def _roster(values: Mapping[str, Any]) -> RosterRow:
    return RosterRow(
        name=values["name"],
        phone=values["phone"],
        category=values["category"],
        post=values["post"],
        peak=values["peak"],
        weekdays=values["weekdays"],
    )


def _calendar_day(values: Mapping[str, Any]) -> CalendarDay:
    school = values["school"]
    station = values["station"] if school else None
    return CalendarDay(school, values["date"], values["school day"], station)


STATIONS = SheetKind(
    "stations", "派出所", (_name("station", "派出所", "样例派出所"), _TELEPHONE, *_PLACE), _station
)
SCHOOLS = SheetKind(
    "schools",
    "学校",
    (
        _name("school", "学校", "样例小学"),
        _name("station", "派出所", "样例派出所"),
        Column(
            "kind", "类型", _SCHOOL_KIND, required=True, example="小学", choices=first_words(SCHOOL_KINDS)
        ),
        Column("pupils", "学生人数", whole_reader(0, 100_000), default=0, example="1200"),
        Column("boarders", "住宿人数", whole_reader(0, 100_000), default=0, example="0"),
        _TELEPHONE,
    ),
    _school,
)
POSTS = SheetKind(
    "posts",
    "护学岗",
    (
        _name("post", "护学岗", "样例小学南门岗"),
        _name("school", "学校", "样例小学"),
        Column("gate", "校门", name_reader(_NAME_LENGTH), default="", example="南门"),
        Column("area", "责任区域", name_reader(_AREA_LENGTH), default="", example="南门至路口"),
        *_PLACE,
        Column(
            "fence radius m",
            "签到半径(米)",
            whole_reader(30, 2000),
            default=DEFAULT_FENCE_RADIUS_M,
            example=str(DEFAULT_FENCE_RADIUS_M),
        ),
        _heads("staff", "校方人数", STANDARD.staff),
        _heads("security", "保安人数", STANDARD.security),
        _heads("volunteers", "志愿者人数", STANDARD.volunteer),
        _heads("police", "民警人数", STANDARD.police),
        _STATION_OF_SCHOOL,
    ),
    _post,
)
PEAK_TIMES = SheetKind(
    "peaks",
    "高峰",
    (
        Column("school kind", "学校类型", _SCHOOL_KIND, example="小学", choices=first_words(SCHOOL_KINDS)),
        _name("school", "学校", "样例小学", required=False),
        _PEAK,
        Column("starts", "开始", read_time, required=True, example="07:20"),
        Column("ends", "结束", read_time, required=True, example="08:00"),
        _STATION_OF_SCHOOL,
    ),
    _peak,
)
ROSTERS = SheetKind(
    "rosters",
    "排班",
    (
        _name("name", "姓名", "张样例"),
        Column("phone", "手机号", read_mobile, required=True, example="19900000000"),
        Column(
            "category",
            "类别",
            word_reader(CATEGORIES),
            required=True,
            example="教职工",
            choices=first_words(CATEGORIES),
        ),
        _name("post", "护学岗", "样例小学南门岗"),
        _PEAK,
        Column("weekdays", "星期", read_weekdays, required=True, example="一至五"),
    ),
    _roster,
)
CALENDAR = SheetKind(
    "calendar",
    "校历",
    (
        Column("date", "日期", read_date, required=True, example="2026-10-01"),
        Column(
            "school day",
            "上课",
            word_reader(OPEN_WORDS),
            required=True,
            example="停课",
            choices=first_words(OPEN_WORDS),
        ),
        _name("school", "学校", "样例小学", required=False),
        _STATION_OF_SCHOOL,
    ),
    _calendar_day,
)
SHEET_KINDS = (STATIONS, SCHOOLS, POSTS, PEAK_TIMES, ROSTERS, CALENDAR)
