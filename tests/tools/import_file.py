"""Import files as a school office would type them."""

from io import BytesIO
from typing import Any

from openpyxl import Workbook

SHEETS: dict[str, list[list[Any]]] = {
    "派出所 stations": [
        ["派出所", "电话", "纬度", "经度", "坐标系"],
        ["青禾派出所", "0551-0000001", 31.88, 117.25, "WGS84"],
        ["麦浪派出所", "", 31.90, 117.26, "GCJ02"],
    ],
    "学校 schools": [
        ["学校", "派出所", "类型", "学生人数", "住宿人数", "电话"],
        ["青禾小学", "青禾派出所", "小学", 900, 0, "0551-0000011"],
        ["麦浪幼儿园", "麦浪派出所", "幼儿园", 210, 0, ""],
    ],
    "护学岗 posts": [
        [
            "护学岗",
            "学校",
            "校门",
            "责任区域",
            "纬度",
            "经度",
            "坐标系",
            "签到半径(米)",
            "校方人数",
            "民警人数",
        ],
        ["青禾小学南门岗", "青禾小学", "南门", "南门至路口", 31.881, 117.251, "WGS84", 120, 3, 1],
        ["麦浪幼儿园正门岗", "麦浪幼儿园", "正门", "", 31.901, 117.261, "GCJ02", "", "", ""],
    ],
    "高峰 peaks": [
        ["学校类型", "学校", "高峰", "开始", "结束"],
        ["小学", "", "早上学", "07:10", "07:50"],
        ["小学", "", "晚放学", "16:40", "17:20"],
        ["", "麦浪幼儿园", "早上学", "07:50", "08:30"],
    ],
    "排班 rosters": [
        ["姓名", "手机号", "类别", "护学岗", "高峰", "星期"],
        ["张样例", "19900000001", "教职工", "青禾小学南门岗", "早上学", "一至五"],
        ["李样例", "19900000002", "专职保安", "青禾小学南门岗", "早上学", "1,3,5"],
        ["李样例", "19900000002", "专职保安", "青禾小学南门岗", "晚放学", "工作日"],
        ["王样例", "19900000003", "志愿者", "麦浪幼儿园正门岗", "早上学", "每天"],
    ],
    "校历 calendar": [
        ["日期", "上课", "学校"],
        ["2026-10-01", "停课", ""],
        ["2026-11-28", "上课", "青禾小学"],
    ],
}


def sheets() -> dict[str, list[list[Any]]]:
    """Give a copy of all sheets, to be changed."""
    return {name: [list(row) for row in rows] for name, rows in SHEETS.items()}


def workbook(content: dict[str, list[list[Any]]] | None = None) -> bytes:
    """Write sheets as an xlsx file."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in (content or SHEETS).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
