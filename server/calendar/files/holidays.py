"""The nation's days off and make-up days, as a library has them and as files in holiday-cn's form bring them.

Source: docs/sources.md, "days off and make-up days".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import chinese_calendar

from server.core.refused import Refused
from server.core.typed_text import visible

# Where the nation's calendar is that of the library; the other names are of before.
CHINA = frozenset(
    {
        "Asia/Shanghai",
        "Asia/Urumqi",
        "Asia/Chongqing",
        "Asia/Chungking",
        "Asia/Harbin",
        "Asia/Kashgar",
        "PRC",
    }
)
LONGEST_FILE = 60_000
_MOST_DAYS, _LONGEST_NAME = 370, 60
_CHINESE = {one.value: one.chinese for one in chinese_calendar.Holiday}


@dataclass(frozen=True, slots=True)
class NationalDay:
    """A day off or a make-up day, and the festival that it belongs to."""

    off: bool
    name: str


Days = Mapping[date, NationalDay]


def of_library(year: int) -> Days | None:
    """Give the days of a year out of the ordinary; ``None`` where the library does not know the year.

    The library answers for years that it knows alone; its newest is known as soon as it has any day of it.
    """
    off = {on: name for on, name in chinese_calendar.holidays.items() if on.year == year}
    if not off:
        return None
    work = {on: name for on, name in chinese_calendar.workdays.items() if on.year == year}
    return {on: NationalDay(True, _CHINESE.get(name, name)) for on, name in off.items()} | {
        on: NationalDay(False, _CHINESE.get(name, name)) for on, name in work.items()
    }


def of_file(content: str, year: int) -> Days:
    """Read a file in holiday-cn's form: ``{"year": 2026, "days": [{"name", "date", "isOffDay"}]}``.

    Days of the last week of the year before belong to a year's festivals and may stand in it.

    Raises ``Refused``: ``not_holidays`` (row: which of the days is wrong, ``None``: the file as a whole),
    ``other_year`` (year: that of the file), ``no_holidays`` where it has no days yet.
    """
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as why:
        raise Refused("not_holidays", row=None) from why
    rows = read.get("days") if isinstance(read, dict) else None
    if not isinstance(rows, list) or len(rows) > _MOST_DAYS:
        raise Refused("not_holidays", row=None)
    if read.get("year") != year:
        raise Refused("other_year", year=read["year"] if isinstance(read.get("year"), int) else None)
    if not rows:
        raise Refused("no_holidays")
    found = dict[date, NationalDay]()
    for number, row in enumerate(rows, start=1):
        on, day = _day(row, number)
        if on in found or not date(year - 1, 12, 25) <= on <= date(year, 12, 31):
            raise Refused("not_holidays", row=number)
        found[on] = day
    return found


def _day(row: object, number: int) -> tuple[date, NationalDay]:
    if not isinstance(row, dict):
        raise Refused("not_holidays", row=number)
    name, on, off = row.get("name"), row.get("date"), row.get("isOffDay")
    if not isinstance(name, str) or not isinstance(on, str) or not isinstance(off, bool):
        raise Refused("not_holidays", row=number)
    try:
        when = date.fromisoformat(on)
    except ValueError as why:
        raise Refused("not_holidays", row=number) from why
    return when, NationalDay(off, visible(name)[:_LONGEST_NAME])
