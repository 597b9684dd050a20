"""Two stations with a school of the same name each: a file tells them apart by the station."""

from typing import Any

import pytest

from server.places.rules.peaks import SchoolKind
from server.setup.files.district_file import parse
from server.setup.files.district_rows import KnownDistrict, Parsed
from server.setup.files.district_schools import schools_of
from tests.tools.import_file import sheets, workbook

ONE, OTHER, NAME = "青禾派出所", "麦浪派出所", "实验小学"
PLACE = [31.881, 117.251, "WGS84"]
POSTS = ["护学岗", "学校", "派出所", "纬度", "经度", "坐标系"]


def twice(posts: list[list[Any]], **others: list[list[Any]]) -> dict[str, list[list[Any]]]:
    """Make a file with a school of one name at each of its two stations."""
    content = sheets()
    schools = [["学校", "派出所", "类型"], [NAME, ONE, "小学"], [NAME, OTHER, "初中"]]
    wanted = {
        "派出所 stations": content["派出所 stations"],
        "学校 schools": schools,
        "护学岗 posts": [POSTS, *posts],
    }
    return wanted | {name: rows for name, rows in others.items() if rows}


def faults(parsed: Parsed) -> list[tuple[str, str, Any]]:
    return [(error.cell, error.code, error.facts.get("has")) for error in parsed.errors]


def test_each_row_finds_its_school_by_the_station() -> None:
    content = twice(
        [["甲门岗", NAME, ONE, *PLACE], ["乙门岗", NAME, OTHER, *PLACE]],
        **{
            "高峰 peaks": [
                ["学校", "派出所", "高峰", "开始", "结束"],
                [NAME, ONE, "早上学", "07:10", "07:50"],
                [NAME, OTHER, "早上学", "07:10", "07:50"],
            ],
            "排班 rosters": [
                ["姓名", "手机号", "类别", "护学岗", "高峰", "星期"],
                ["张样例", "19900000001", "教职工", "乙门岗", "早上学", "一至五"],
            ],
            "校历 calendar": [
                ["日期", "上课", "学校", "派出所"],
                ["2026-10-01", "停课", NAME, ONE],
                ["2026-10-01", "停课", NAME, OTHER],
                ["2026-10-02", "停课", "", ""],
            ],
        },
    )
    parsed = parse(workbook(content), "x.xlsx")
    assert faults(parsed) == []
    assert [(one.name, one.station) for one in parsed.schools] == [(NAME, ONE), (NAME, OTHER)]
    assert [(one.name, one.station) for one in parsed.posts] == [("甲门岗", ONE), ("乙门岗", OTHER)]
    assert [one.station for one in parsed.peaks] == [ONE, OTHER]
    assert [one.station for one in parsed.calendar] == [ONE, OTHER, None]


def test_a_row_that_says_no_station_is_asked_for_it_and_a_wrong_one_is_named() -> None:
    parsed = parse(
        workbook(twice([["甲门岗", NAME, "", *PLACE], ["乙门岗", NAME, "别处", *PLACE]])), "x.xlsx"
    )
    assert faults(parsed) == [
        ("C2", "school_in_several_stations", [ONE, OTHER]),
        ("C3", "school_not_at_station", [ONE, OTHER]),
    ]


def test_the_same_school_twice_at_one_station_is_the_same_row_twice() -> None:
    content = twice([])
    content["学校 schools"][2][1] = ONE
    assert faults(parse(workbook(content), "x.xlsx")) == [("A3", "duplicate", None)]


def test_a_file_of_posts_alone_is_told_which_schools_the_district_has() -> None:
    known = KnownDistrict(schools={(ONE, NAME): SchoolKind.PRIMARY, (OTHER, NAME): SchoolKind.JUNIOR})
    content = {"护学岗 posts": [POSTS, ["甲门岗", NAME, "", *PLACE], ["乙门岗", NAME, OTHER, *PLACE]]}
    parsed = parse(workbook(content), "x.xlsx", known=known)
    assert faults(parsed) == [("C2", "school_in_several_stations", [ONE, OTHER])]


@pytest.mark.parametrize(
    ("known", "filed", "stations", "moved"),
    [
        ([], [ONE], (ONE,), {}),
        ([ONE], [], (ONE,), {}),
        ([ONE], [ONE], (ONE,), {}),
        ([ONE], [OTHER], (OTHER,), {(OTHER, NAME): (ONE, NAME)}),
        ([ONE], [ONE, OTHER], (ONE, OTHER), {}),
        ([ONE, OTHER], [OTHER], (ONE, OTHER), {}),
        ([ONE, OTHER], ["第三"], (ONE, OTHER, "第三"), {}),
    ],
)
def test_a_school_moves_where_both_have_its_name_once_and_is_another_one_else(
    known: list[str], filed: list[str], stations: tuple[str, ...], moved: dict[tuple[str, str], Any]
) -> None:
    found = schools_of([(one, NAME) for one in known], [(one, NAME) for one in filed])
    assert (found.stations_of.get(NAME), found.moved) == (stations, moved)
