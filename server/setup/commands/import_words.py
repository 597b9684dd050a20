"""A sentence in Chinese and in English for every fault that a district's file can have."""

from server.core.files.fault_words import SHARED, Sentences, told
from server.core.files.sheet_kinds import RowError

ROWS: Sentences = {
    "boarders_exceed_pupils": ("住宿人数多于学生人数 {pupils}。", "More boarders than the {pupils} pupils."),
    "nobody_required": ("四类人数都是 0。", "All four groups are 0: nobody would be required."),
    "school_or_kind": (
        "学校和学校类型请只填一个。",
        "Give either the school or the school kind, not both or none.",
    ),
    "ends_before_start": ("结束不晚于开始 {starts}。", "Ends at or before its start, {starts}."),
    "latitude_longitude_swapped": ("纬度和经度好像填反了。", "Latitude and longitude seem to be swapped."),
    "outside_country": ("不在国内。", "Outside the country."),
    "outside_district": (
        "远在本区之外（纬度 {south}–{north}，经度 {west}–{east}）。",
        "Far outside the district (latitude {south}–{north}, longitude {west}–{east}).",
    ),
    "duplicate": (
        "与“{first_sheet}”第 {first_row} 行重复。",
        "The same as row {first_row} of “{first_sheet}”.",
    ),
    "unknown_station": ("没有这个派出所。", "There is no such station."),
    "unknown_school": ("没有这所学校。", "There is no such school."),
    "unknown_post": ("没有这个护学岗。", "There is no such post."),
    "school_in_several_stations": (
        "有几所学校叫这个名字；请在“派出所”一列写明是哪一所：{has}。",
        "Several schools have that name: say which in the column 派出所 station: {has}.",
    ),
    "school_not_at_station": (
        "这个派出所没有叫这个名字的学校；有的派出所：{has}。",
        "No school of that name is at this station; there is one at: {has}.",
    ),
    "peaks_overlap": (
        "与第 {other_row} 行的高峰 {other_starts}–{other_ends} 重叠。",
        "Overlaps the peak in row {other_row}, {other_starts}–{other_ends}.",
    ),
    "peak_not_at_school": (
        "这所学校没有这个高峰；有：{has}。",
        "The school has no such peak; it has: {has}.",
    ),
    "person_differs": (
        "与第 {first_row} 行同一手机号的“{first_value}”不一致。",
        "Differs from “{first_value}” of the same phone in row {first_row}.",
    ),
    "two_posts_at_once": (
        "同一时间已排在“{other_post}”（第 {other_row} 行）。",
        "Is at “{other_post}” at the same time (row {other_row}).",
    ),
}
SENTENCES: Sentences = {**SHARED, **ROWS}

REFUSALS = {
    "district_needed": "There is no district yet: name the one to make with --district.",
    "which_district": "There are several districts: say which one with --district. They are: {names}.",
    "demo_database": "This database holds the demo district; a real one needs a database of its own.",
    "unknown_time_zone": "Unknown time zone: give a name such as Asia/Shanghai.",
    "bad_name": "The name of a district has 1 to 60 characters.",
}


def sentences(error: RowError) -> tuple[str, str]:
    """Give the fault's sentence in Chinese and in English."""
    return told(SENTENCES, error)


def where(error: RowError) -> str:
    """Tell where a fault is: sheet, cell or row, column and the value there."""
    parts = [error.sheet, error.cell or (f"行 row {error.row}" if error.row else ""), error.column]
    place = " · ".join(part for part in parts if part)
    return f"{place} = “{error.value}”" if error.value and error.value != error.column else place
