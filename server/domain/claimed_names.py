"""Names that imitate an office: accepted, but shown to nobody else until somebody has approved the person."""

import re
import unicodedata
from collections.abc import Iterable

from server.domain.roles import Category

OFFICES = (
    "指挥中心",
    "指挥台",
    "指挥部",
    "指挥员",
    "派出所",
    "公安",
    "警务",
    "警察",
    "民警",
    "交警",
    "特警",
    "辅警",
    "报警",
    "接警",
    "值班室",
    "管理员",
    "系统",
    "官方",
    "客服",
    "教育局",
    "人民政府",
    "消防",
    "急救",
    "police",
    "command",
    "dispatch",
    "admin",
    "official",
    "emergency",
)
NUMBERS = re.compile(r"(?<!\d)(?:110|119|120|122)(?!\d)")
_NUMERALS = str.maketrans("一壹幺二贰两零〇○◯九玖ol", "11122200009901")
SHORTEST_PART = 3

SHOWN_INSTEAD = {
    Category.POLICE: "民警",
    Category.DUTY_LEADER: "带班领导",
    Category.TEACHER: "教职工",
    Category.SECURITY: "专职保安",
    Category.VOLUNTEER: "志愿者",
}


def imitates_office(name: str, offices: Iterable[str]) -> bool:
    """Tell whether a name is, holds or is a part of an office's: 110, 指挥中心, or one of the district's own.

    ``offices`` are the names of its units, stations and schools. Width, case, blanks and signs make no difference,
    nor do digits that are written as words.
    """
    plain = _letters(name)
    if NUMBERS.search(_letters(_digits(name))) or any(office in plain for office in OFFICES):
        return True
    own = {_letters(office) for office in offices} - {""}
    return any(office in plain or (len(plain) >= SHORTEST_PART and plain in office) for office in own)


def _digits(text: str) -> str:
    """Write each digit of any writing, and each sign that is read as one, as 0 to 9."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_NUMERALS)
    return "".join(str(unicodedata.digit(one, one)) for one in plain)


def _letters(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())
