"""What people type, paste and import: telephones, codes of posts, and text without characters that nobody sees."""

import re
import unicodedata
from decimal import Decimal
from typing import Literal

# Formats, separators of lines and paragraphs; what is drawn as nothing although it counts as a letter or a symbol.
_INVISIBLE = frozenset({"Cf", "Zl", "Zp"})
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_JOINTS = re.compile(r"[\s()\[\]/.·_\-‐-―−]")
_LONG_NUMBER = re.compile(r"(\d+)\.0*|(\d(?:\.\d+)?)E(\+?)(\d{1,2})", re.ASCII | re.IGNORECASE)
# Of a name that is looked for; in Chinese one character tells people apart already.
SHORTEST_NAME = 2
_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Python's library puts marks in order in quadratic time: 80,000 of them would keep a whole process for ten seconds.
_LONGEST_NORMALIZED = 1_000
_ENDING = re.compile(r"\d{4}", re.ASCII)
_MOBILE = re.compile(r"1\d{10}", re.ASCII)
_LANDLINE = re.compile(r"0[2-9]\d{8,10}|010\d{8}|[2-9]\d{6,7}|[48]00\d{7}", re.ASCII)


class NotMobile(ValueError):
    """A text that is no mobile number: ``code`` is ``bad_phone`` or ``landline``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def normalized(text: str, form: Literal["NFC", "NFKC", "NFKD"] = "NFKC") -> str:
    """Write a text in a form of Unicode, for all who do; one that is longer than anything typed stays as it is."""
    return unicodedata.normalize(form, text) if len(text) <= _LONGEST_NORMALIZED else text


def is_invisible(character: str) -> bool:
    """Tell whether nobody sees a character: format marks and letters that are drawn as nothing."""
    return character in _BLANK_LETTERS or unicodedata.category(character) in _INVISIBLE


def visible(text: str) -> str:
    """Take away what nobody sees, and make one space of each blank between words."""
    return " ".join("".join(one for one in text if not is_invisible(one)).split())


def mobile_of(text: str) -> str:
    """Give a mainland mobile number as its 11 digits, however it was typed, pasted or kept by a spreadsheet.

    ``+86``, ``86-``, ``0086``, ``tel:``, full-width digits, blanks, hyphens, marks of direction, ``13900000000.0`` and
    ``1.39E10`` are understood, not the rounded
    ``1.39E+10``. Raises ``NotMobile``: ``landline`` for a number of an office or a home, which no text
    message reaches, else ``bad_phone``.
    """
    plain = "".join(one for one in normalized(text) if not is_invisible(one)).strip()
    number = _LONG_NUMBER.fullmatch(plain)
    if number is not None:
        plain = number[1] or _written_out(number[2], plus=number[3], exponent=int(number[4]))
    plain = _JOINTS.sub("", plain.lower().removeprefix("tel:"))
    national = re.sub(r"^(?:\+|00)*86(?=1\d{10}$|0\d{9,12}$|[2-9]\d{8,10}$)", "", plain)
    # Behind the country's number a landline's leading zero is left out.
    plain = "0" + national if national != plain and national[0] in "23456789" else national
    plain = re.sub(r"^0(?=1[3-9]\d{9}$)", "", plain)
    if _MOBILE.fullmatch(plain):
        return plain
    raise NotMobile("landline" if _LANDLINE.fullmatch(plain) else "bad_phone")


def _written_out(digits: str, *, plus: str, exponent: int) -> str:
    """Write a number out; ``1.39E+10`` is what a spreadsheet shows where it has rounded: its digits are lost."""
    if plus and len(digits) <= exponent:
        return ""
    return str(int(Decimal(digits).scaleb(exponent)))


def post_code_of(text: str) -> str:
    """Give a post's code in capitals, without blanks and what nobody sees; full-width letters are plain ones."""
    if text.isascii() and text.isalnum():
        return text.upper()
    plain = normalized(text)
    return "".join(one for one in plain if not is_invisible(one) and not one.isspace()).upper()


def ending_of(text: str) -> str | None:
    """Give the last four digits of a telephone where a text is such and nothing else."""
    plain = normalized(text).strip()
    return plain if _ENDING.fullmatch(plain) else None


def is_searchable(name: str) -> bool:
    """Tell whether a piece of a name is long enough to look for: two characters, or one of Chinese."""
    return len(name) >= SHORTEST_NAME or _CJK.search(name) is not None
