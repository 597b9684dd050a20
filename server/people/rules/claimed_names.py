"""Names that imitate an office: accepted, but shown to nobody else until somebody has approved the person."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from server.core.access.roles import Category
from server.core.typed_text import normalized

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
    "协警",
    "巡警",
    "警官",
    "督察",
    "局长",
    "所长",
    "值班员",
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
_NUMERALS = str.maketrans("一壹幺么丨|二贰两零〇○◯九玖", "111111222000099")
# Latin letters that are read as digits where no other letter is beside them; signs of which one is read for another.
_LETTERS_READ_AS_DIGITS = str.maketrans("oil", "011")
_SPELT_ALIKE = str.maketrans("01l", "oii")
_LATIN = re.compile(r"[a-z]+")
# What looks like another letter, and traditional characters of offices' names.
_ALIKE = str.maketrans(
    "авеѕіјкмнорстухһԁԛԝӏոαεικνορτυχᴀᴄᴅᴇɪʟᴍɴᴏᴘᴛıɡ"
    "岀瞥敎揮報員務輔協統長領導隊總處辦應聯衛醫學園區縣鎮鄉臺檯實驗東門廣華興陽紅國際龍灣橋職兒鐵糧軍",
    "abesijkmhopctyxhdqwlnaeikvoptuxacdeilmnoptig"
    "出警教挥报员务辅协统长领导队总处办应联卫医学园区县镇乡台台实验东门广华兴阳红国际龙湾桥职儿铁粮军",
)
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

    ``offices`` are the names of its units, stations and schools. Width, case, blanks, signs and accents make no
    difference, nor do traditional characters, letters that look like others, and digits that are written as words.
    """
    return Offices.of(offices).imitated_by(name)


@dataclass(frozen=True, slots=True)
class Offices:
    """Names of a district's offices, written as they are compared: for many names one after the other."""

    letters: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Offices":
        """Take some names."""
        return cls(frozenset(_letters(one) for one in names) - {""})

    def imitated_by(self, name: str) -> bool:
        """Tell whether a name imitates one of them, or an office that every district has (``imitates_office``)."""
        plain = _letters(name)
        spelt = plain.translate(_SPELT_ALIKE)
        if NUMBERS.search(_letters(_digits(name))):
            return True
        if any(office.translate(_SPELT_ALIKE) in spelt for office in OFFICES):
            return True
        part = len(plain) >= SHORTEST_PART
        return any(office in plain or (part and plain in office) for office in self.letters)


def _digits(text: str) -> str:
    """Write each digit of any writing, and each sign that is read as one, as 0 to 9."""
    plain = _LATIN.sub(_read_as_digits, _folded(text)).translate(_NUMERALS)
    return "".join(str(unicodedata.digit(one, one)) for one in plain)


def _read_as_digits(word: re.Match[str]) -> str:
    digits = word[0].translate(_LETTERS_READ_AS_DIGITS)
    return digits if digits.isdigit() else word[0]


def _letters(text: str) -> str:
    return "".join(one for one in _folded(text) if one.isalnum())


def _folded(text: str) -> str:
    """Write each letter as the one that it is read as: one width, small, without accents, simplified."""
    apart = normalized(normalized(text).casefold(), "NFKD")
    return "".join(one for one in apart if not unicodedata.combining(one)).translate(_ALIKE)
