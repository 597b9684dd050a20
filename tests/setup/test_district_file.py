"""An import file: what is read from it, and every fault with its place and code."""

from datetime import date, time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from server.core.access.roles import Category
from server.core.files.table_writing import Heading, NewSheet, write_csv, write_xlsx
from server.core.geo import Point, distance_m, wgs84_to_gcj02
from server.places.rules.composition import STANDARD, Composition
from server.places.rules.peaks import Peak, PeakKind, SchoolKind
from server.setup.files.district_file import csv_template, parse, template
from server.setup.files.district_rows import CalendarDay, KnownDistrict, PeakRow, PostRow, RosterRow
from server.setup.files.district_sheets import (
    CALENDAR,
    PEAK_TIMES,
    POSTS,
    ROSTERS,
    SCHOOLS,
    SHEET_KINDS,
    STATIONS,
)

HERE = Point(31.88, 117.26)
OUTLINE = {"type": "Polygon", "coordinates": [[[117.1, 31.8], [117.4, 31.8], [117.4, 32.0], [117.1, 31.8]]]}

KEY = ("样例派出所", "样例小学")
STATION = ["样例派出所", "0551-0000000", "31.88", "117.26", "WGS84"]
SCHOOL = ["样例小学", "样例派出所", "小学", "1200", "0", ""]
POST = ["样例小学南门岗", "样例小学", "南门", "南门至路口", "31.88", "117.26", "WGS84", "", "", "", "", ""]
ROSTER = ["张样例", "19900000001", "教职工", "样例小学南门岗", "早上学", "1-5"]
GOOD = {
    STATIONS: [STATION],
    SCHOOLS: [SCHOOL],
    POSTS: [POST],
    PEAK_TIMES: [["", "样例小学", "早上学", "07:10", "07:50"], ["小学", "", "晚放学", "16:00", "17:00"]],
    ROSTERS: [ROSTER],
    CALENDAR: [["2026-10-01", "停课", ""], ["2026-10-10", "补班", "样例小学"]],
}


def book(changes=None):
    """Write the good rows, with those of some kinds replaced."""
    rows = GOOD | (changes or {})
    return write_xlsx(
        [
            NewSheet(kind.title, tuple(Heading(column.heading) for column in kind.columns), rows[kind])
            for kind in SHEET_KINDS
        ]
    )


def sheet_csv(kind, rows):
    return write_csv([[column.heading for column in kind.columns], *rows])


def but(row, **changes):
    """Copy a row with some columns (c0, c1, …) changed."""
    return [changes.get(f"c{number}", value) for number, value in enumerate(row)]


def faults(parsed):
    return [(error.cell, error.code) for error in parsed.errors]


def test_a_good_file():
    parsed = parse(book(), "district.xlsx", outline=OUTLINE)
    assert parsed.errors == ()
    assert (parsed.stations[0].name, parsed.stations[0].telephone) == ("样例派出所", "0551-0000000")
    assert (parsed.schools[0].kind, parsed.schools[0].pupils) == (SchoolKind.PRIMARY, 1200)
    at = KEY[0]
    post = PostRow("样例小学南门岗", "样例小学", "南门", "南门至路口", HERE, 150, STANDARD, at)
    assert parsed.posts == (post,)
    assert parsed.peaks == (
        PeakRow("样例小学", None, PeakKind.MORNING_ARRIVAL, time(7, 10), time(7, 50), at),
        PeakRow(None, SchoolKind.PRIMARY, PeakKind.AFTERNOON_DISMISSAL, time(16), time(17)),
    )
    assert parsed.rosters == (
        RosterRow(
            name="张样例",
            phone="19900000001",
            category=Category.TEACHER,
            post="样例小学南门岗",
            peak=PeakKind.MORNING_ARRIVAL,
            weekdays=0b11111,
        ),
    )
    assert parsed.calendar == (
        CalendarDay(None, date(2026, 10, 1), school_day=False),
        CalendarDay("样例小学", date(2026, 10, 10), school_day=True, station=at),
    )


def test_of_the_empty_template_nothing_is_read_and_nothing_else_is_wrong():
    parsed = parse(template(), "template.xlsx")
    assert [(one.row, one.code) for one in parsed.errors] == [(0, "file_nothing_read")]


@pytest.mark.parametrize("kind", SHEET_KINDS, ids=lambda kind: kind.english)
def test_every_example_of_the_template_is_right(kind):
    row = [column.example for column in kind.columns]
    if kind is PEAK_TIMES:
        row[1] = ""
    known = KnownDistrict(
        stations=frozenset({"样例派出所"}),
        schools={KEY: SchoolKind.PRIMARY},
        posts={"样例小学南门岗": KEY},
    )
    assert parse(sheet_csv(kind, [row]), "任意名.csv", known=known).errors == ()
    assert [one.code for one in parse(csv_template(kind), "empty.csv").errors] == ["file_nothing_read"]


def test_headings_in_either_language_and_any_order():
    content = "latitude,经度,coordinate system,护学岗,school,备注\n31.88,117.26,wgs84,南门岗,样例小学,随便\n"
    known = KnownDistrict(schools={KEY: SchoolKind.PRIMARY})
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        parsed = parse(content.encode(encoding), "a.csv", known=known)
        assert parsed.errors == ()
        assert parsed.posts[0].name == "南门岗"


def test_gcj02_becomes_wgs84():
    there = wgs84_to_gcj02(HERE)
    row = but(POST, c4=f"{there.latitude:.7f}", c5=f"{there.longitude:.7f}", c6="高德")
    parsed = parse(book({POSTS: [row]}), "x.xlsx")
    assert parsed.errors == ()
    assert distance_m(there, HERE) > 300
    assert distance_m(parsed.posts[0].point, HERE) < 0.1


def test_own_composition_and_fence():
    parsed = parse(book({POSTS: [but(POST, c7="80", c8="1", c9="0", c11="0")]}), "x.xlsx")
    assert parsed.errors == ()
    assert parsed.posts[0].fence_radius_m == 80
    assert parsed.posts[0].composition == Composition(staff=1, security=0, volunteer=2, police=0)


@pytest.mark.parametrize(
    ("kind", "row", "cell", "code"),
    [
        (STATIONS, but(STATION, c2="117.26", c3="31.88"), "C2", "latitude_longitude_swapped"),
        (STATIONS, but(STATION, c2="0", c3="0"), "C2", "outside_country"),
        (STATIONS, but(STATION, c2="39.90", c3="116.40"), "C2", "outside_district"),
        (STATIONS, but(STATION, c2="nan"), "C2", "not_degrees"),
        (STATIONS, but(STATION, c3="181"), "D2", "out_of_range"),
        (STATIONS, but(STATION, c4=""), "E2", "missing"),
        (STATIONS, but(STATION, c4="BD09"), "E2", "unknown_word"),
        (STATIONS, but(STATION, c1="打电话"), "B2", "not_a_telephone_number"),
        (SCHOOLS, but(SCHOOL, c1="别处派出所"), "B2", "unknown_station"),
        (SCHOOLS, but(SCHOOL, c2="大学"), "C2", "unknown_word"),
        (SCHOOLS, but(SCHOOL, c3="12.5"), "D2", "not_a_whole_number"),
        (SCHOOLS, but(SCHOOL, c3="-1"), "D2", "out_of_range"),
        (SCHOOLS, but(SCHOOL, c4="1201"), "E2", "boarders_exceed_pupils"),
        (POSTS, but(POST, c0="样例\u202e岗"), "A2", "forbidden_character"),
        (POSTS, but(POST, c0="岗" * 61), "A2", "too_long"),
        (POSTS, but(POST, c1="别处小学"), "B2", "unknown_school"),
        (POSTS, but(POST, c7="10"), "H2", "out_of_range"),
        (POSTS, but(POST, c8="0", c9="0", c10="0", c11="0"), "I2", "nobody_required"),
        (PEAK_TIMES, ["小学", "样例小学", "早上学", "7:00", "8:00"], "B2", "school_or_kind"),
        (PEAK_TIMES, ["", "", "早上学", "7:00", "8:00"], "B2", "school_or_kind"),
        (PEAK_TIMES, ["小学", "", "早上学", "8:00", "7:00"], "E2", "ends_before_start"),
        (PEAK_TIMES, ["小学", "", "早上学", "25:00", "7:00"], "D2", "not_a_time"),
        (ROSTERS, but(ROSTER, c1="12345"), "B2", "not_a_mobile_number"),
        (ROSTERS, but(ROSTER, c3="别处岗"), "D2", "unknown_post"),
        (ROSTERS, but(ROSTER, c4="午放学"), "E2", "peak_not_at_school"),
        (ROSTERS, but(ROSTER, c5="2026-01-05"), "F2", "weekdays_became_date"),
        (CALENDAR, ["2026-02-30", "停课", ""], "A2", "not_a_date"),
        (CALENDAR, ["2026-10-01", "也许", ""], "B2", "unknown_word"),
        (CALENDAR, ["2026-10-01", "停课", "别处小学"], "C2", "unknown_school"),
    ],
)
def test_a_fault_is_told_with_its_cell_and_code(kind, row, cell, code):
    parsed = parse(book({kind: [row]}), "x.xlsx", outline=OUTLINE)
    told = [error for error in parsed.errors if error.sheet == kind.title]
    assert [(error.cell, error.code) for error in told] == [(cell, code)]
    assert told[0].row == 2
    assert told[0].column in {column.heading for column in kind.columns}


def test_all_faults_of_a_row_and_of_all_rows_are_told_in_order():
    rows = [but(SCHOOL, c1="", c2="大学", c3="many"), SCHOOL, but(SCHOOL, c0="二小", c3="x")]
    parsed = parse(book({SCHOOLS: rows}), "x.xlsx")
    assert faults(parsed) == [
        ("B2", "missing"),
        ("C2", "unknown_word"),
        ("D2", "not_a_whole_number"),
        ("D4", "not_a_whole_number"),
    ]
    assert parsed.errors[2].value == "many"


def test_a_faulty_school_does_not_make_its_posts_faulty():
    assert faults(parse(book({SCHOOLS: [but(SCHOOL, c3="x")]}), "x.xlsx")) == [("D2", "not_a_whole_number")]


def test_duplicates_name_the_first_row():
    rosters = [ROSTER, but(ROSTER, c1="199 0000 0001", c5="6")]
    parsed = parse(book({STATIONS: [STATION, STATION], ROSTERS: rosters}), "x.xlsx")
    assert faults(parsed) == [("A3", "duplicate"), ("B3", "duplicate")]
    assert parsed.errors[0].facts == {"first_sheet": STATIONS.title, "first_row": 2}


def test_overlapping_peaks():
    rows = [
        ["小学", "", "早上学", "7:00", "8:00"],
        ["小学", "", "午放学", "7:59", "9:00"],
        ["初中", "", "午放学", "7:30", "9:00"],
    ]
    parsed = parse(book({PEAK_TIMES: rows}), "x.xlsx")
    assert faults(parsed) == [("D3", "peaks_overlap")]
    assert parsed.errors[0].facts["other_row"] == 2


def test_one_phone_is_one_person_at_one_place():
    other_post = but(POST, c0="北门岗")
    rosters = [
        ROSTER,
        but(ROSTER, c3="北门岗", c5="5-6"),  # Friday at both
        but(ROSTER, c0="李样例", c3="北门岗", c4="早上学", c5="6"),
    ]
    parsed = parse(book({POSTS: [POST, other_post], ROSTERS: rosters}), "x.xlsx")
    assert sorted(faults(parsed)) == [
        ("A4", "person_differs"),
        ("B4", "duplicate"),
        ("D3", "two_posts_at_once"),
    ]
    saturday = parse(
        book({POSTS: [POST, other_post], ROSTERS: [ROSTER, but(ROSTER, c3="北门岗", c5="6")]}), "x.xlsx"
    )
    assert saturday.errors == ()


def test_what_is_known_may_be_referred_to():
    content = sheet_csv(ROSTERS, [ROSTER])
    assert faults(parse(content, "r.csv")) == [("D2", "unknown_post")]
    known = KnownDistrict(
        schools={KEY: SchoolKind.PRIMARY},
        posts={"样例小学南门岗": KEY},
        school_peaks={KEY: (Peak(PeakKind.AFTERNOON_DISMISSAL, time(16), time(17)),)},
    )
    parsed = parse(content, "r.csv", known=known)
    assert faults(parsed) == [("E2", "peak_not_at_school")]
    assert parsed.errors[0].facts == {"has": ["afternoon_dismissal"]}


def test_faults_of_headings():
    unknown = write_csv([["颜色", "大小"], ["1", "2"]])
    assert [error.code for error in parse(unknown, "x.csv").errors] == ["unknown_sheet"]
    content = write_csv([["学校", "派出所", "颜色", "颜色"], ["一小", "所", "", ""]])
    codes = [error.code for error in parse(content, "x.csv").errors]
    assert codes == ["unknown_column", "unknown_column", "missing_column"]
    twice = write_csv([["学校", "school", "派出所", "类型"], ["一小", "一小", "所", "小学"]])
    assert [error.code for error in parse(twice, "x.csv").errors] == ["duplicate_column"]


def test_formulas_are_told():
    opened = load_workbook(BytesIO(book()))
    opened[SCHOOLS.title]["D2"] = "=1000+200"
    out = BytesIO()
    opened.save(out)
    assert faults(parse(out.getvalue(), "x.xlsx")) == [("D2", "formula")]


def test_a_file_that_cannot_be_read_is_one_fault_of_row_0():
    (error,) = parse(b"PK\x03\x04 no zip", "坏\u202e.xlsx").errors
    assert (error.row, error.code, error.value) == (0, "file_broken", "坏\\u202e.xlsx")


def test_progress_goes_up_to_its_total():
    rows = [but(ROSTER, c1=f"1990000{number:04d}") for number in range(1500)]
    told = []
    parsed = parse(book({ROSTERS: rows}), "x.xlsx", on_progress=lambda *at: told.append(at))
    assert parsed.errors == ()
    assert len(parsed.rosters) == 1500
    parts = [done / total for done, total in told]
    assert parts == sorted(parts)
    assert parts[-1] == 1
    assert len(parts) > 10


CELL = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "样例小学", "小学", "早上学", "07:10", "1-5", "19900000001", "31.88", "wgs84", "2026-10-01"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SHEET_KINDS), st.lists(st.lists(CELL, max_size=13), max_size=6))
def test_any_rows_are_read_or_have_codes_with_places(kind, rows):
    parsed = parse(sheet_csv(kind, rows), "x.csv")
    for error in parsed.errors:
        assert error.code
        assert error.row >= 1 or error.code.startswith("file_")
        assert error.value.isprintable()
