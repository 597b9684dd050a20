"""The words that a district's file may use, Chinese and English, and how a value is read from them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from enum import StrEnum

from server.core.files.sheet_words import Wrong, folded
from server.core.typed_text import normalized
from server.places.rules.peaks import PeakKind, SchoolKind


class Datum(StrEnum):
    """The coordinate systems that an import file may use."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


# The first word of each is the one that the template offers.
SCHOOL_KINDS: Mapping[SchoolKind, tuple[str, ...]] = {
    SchoolKind.KINDERGARTEN: ("幼儿园", "nursery"),
    SchoolKind.PRIMARY: ("小学", "primary school"),
    SchoolKind.JUNIOR: ("初中", "初级中学", "junior high", "middle school"),
    SchoolKind.SENIOR: ("高中", "高级中学", "senior high", "high school"),
    SchoolKind.NINE_YEAR: ("九年一贯制", "九年制", "nine-year"),
    SchoolKind.SPECIAL: ("特殊教育", "特教", "特校", "special education"),
}
PEAKS: Mapping[PeakKind, tuple[str, ...]] = {
    PeakKind.MORNING_ARRIVAL: ("早上学", "上午上学", "早高峰"),
    PeakKind.MORNING_DISMISSAL: ("午放学", "上午放学", "中午放学"),
    PeakKind.AFTERNOON_ARRIVAL: ("午上学", "下午上学", "中午上学"),
    PeakKind.AFTERNOON_DISMISSAL: ("晚放学", "下午放学", "晚高峰"),
}
DATUMS: Mapping[Datum, tuple[str, ...]] = {
    Datum.WGS84: ("WGS84", "GPS", "CGCS2000", "地球坐标"),
    Datum.GCJ02: ("GCJ02", "火星坐标", "高德", "腾讯", "国测局"),
}
OPEN_WORDS: Mapping[bool, tuple[str, ...]] = {
    True: ("上课", "补班", "补课", "上学", "开", "是", "on", "yes", "open", "true", "1"),
    False: ("停课", "放假", "关", "否", "off", "no", "closed", "false", "0"),
}

_DAYS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "日": "7", "天": "7", "七": "7"}
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY_DAY = frozenset({"每天", "天天", "每日", "daily", "everyday"})
_WORKING_DAYS = frozenset({"工作日", "上学日", "周内", "weekdays", "workdays", "schooldays"})
_DATES = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_LIKE_DATE = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}月\d{1,2}日|\d{1,2}-[a-z]{3}|[a-z]{3}-\d{1,2}")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def degrees_reader(most: int) -> Callable[[str], float]:
    """Make a reader for degrees written as a decimal number."""

    def read(text: str) -> float:
        plain = normalized(text).removesuffix("°")
        if not re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", plain):
            raise Wrong("not_degrees")
        if abs(float(plain)) > most:
            raise Wrong("out_of_range", least=-most, most=most)
        return float(plain)

    return read


def read_time(text: str) -> time:
    """Read a local clock time: ``07:20``, ``7:20:00``, ``7点20分``."""
    plain = normalized(text).replace(" ", "")
    found = re.fullmatch(r"([0-9]{1,2})[:点时]([0-9]{1,2})(?:[:分]([0-9]{1,2})?秒?)?", plain)
    try:
        hour, minute, second = (int(part or 0) for part in found.groups()) if found else (24, 0, 0)
        return time(hour, minute, second)
    except ValueError as off:
        raise Wrong("not_a_time") from off


def read_date(text: str) -> date:
    """Read a date from 2000 to 2100: ``2026-11-23``, ``2026/11/23``, ``2026年11月23日``, ``20261123``."""
    plain = normalized(text).replace(" ", "")
    found = _DATES.fullmatch(plain) or re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", plain)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise Wrong("not_a_date")
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Wrong("out_of_range", least=_FIRST_YEAR, most=_LAST_YEAR)
    return day


def read_telephone(text: str) -> str:
    """Read a telephone number of any kind, as written but with narrow digits."""
    plain = normalized(text)
    if not re.fullmatch(r"[+0-9(][0-9 ()\-转]{2,28}", plain):
        raise Wrong("not_a_telephone_number")
    return plain


def read_weekdays(text: str) -> int:
    """Read weekdays as bits (Monday 1, Tuesday 2, … Sunday 64).

    ``1-5``, ``一至五``, ``1,3,5``, ``135``, ``周一、周三``, ``Mon-Fri``, ``每天``, ``工作日``. A spreadsheet program
    likes to make a date of ``1-5``: that has a code of its own, ``weekdays_became_date``.
    """
    plain = normalized(text).casefold().strip()
    if _LIKE_DATE.fullmatch(plain):
        raise Wrong("weekdays_became_date")
    if folded(plain) in _EVERY_DAY:
        return 0b1111111
    if folded(plain) in _WORKING_DAYS:
        return 0b0011111
    bits = 0
    for item in re.split(r"[,、;/+&\s和]+", _with_digits(plain)):
        bits |= _item_bits(item)
    return bits


def _with_digits(plain: str) -> str:
    """Replace names of days by digits and all signs of a range by a hyphen without blanks around it."""
    for number, day in enumerate(_ENGLISH_DAYS, start=1):
        plain = re.sub(rf"\b{day}[a-z]*\b\.?", str(number), plain)
    plain = re.sub("星期|礼拜|周", "", plain)
    plain = "".join(_DAYS.get(character, character) for character in plain)
    return re.sub(r"\s*(?:-|–|—|~|至|到|\bto\b)\s*", "-", plain)  # dashes that people type


def _item_bits(item: str) -> int:
    span = re.fullmatch(r"([1-7])-([1-7])", item)
    if span and span[1] < span[2]:
        days = list(range(int(span[1]), int(span[2]) + 1))
    elif re.fullmatch(r"[1-7]{1,7}", item) and list(item) == sorted(set(item)):
        days = [int(digit) for digit in item]
    else:
        raise Wrong("not_weekdays")
    return sum(1 << (day - 1) for day in days)
