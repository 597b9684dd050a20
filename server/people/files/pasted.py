"""Names and telephones that were pasted from a chat, as lines of a list."""

import re

from server.core.access.roles import Category
from server.core.files.cell_text import shown
from server.core.files.sheet_kinds import RowError
from server.core.files.sheet_words import folded
from server.core.files.tables import MAX_ROWS
from server.core.typed_text import is_invisible, mobile_of, normalized
from server.people.files.guards_file import GUARDS, NAME_LENGTH, GuardLine, ListedGuard, masked, whole_file
from server.people.files.words import CATEGORIES

# A number as people write it, with or without the country's before it.
_MOBILE = re.compile(r"(?<!\d)(?:\+?(?:00)?86[\s\-]*)?1[3-9]\d(?:[\s\-.]?\d){8}(?!\d)")
_LABELS = frozenset(
    ("姓名", "电话", "手机", "手机号", "手机号码", "联系电话", "tel", "Tel", "TEL", "phone", "name")
)
_BETWEEN = re.compile(r"[\s,，;；:：、|/()（）\-—_=+.。]+")
_WORDS = {folded(word): meaning for meaning, known in CATEGORIES.items() for word in known}


def pasted_lines(text: str, category: Category, *, most: int = MAX_ROWS) -> list[GuardLine]:
    """Read what was pasted from a chat: one person a line, name and telephone in any order.

    ``category`` is that of whoever has no word for his own. Lines without a digit are greetings and the like,
    and are left out where another line has a telephone. More than ``most`` lines give one of row 0.
    """
    said = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(said) > most:
        return [whole_file("", "file_too_many_rows", {"limit": most})]
    found = [_pasted(number, line, category) for number, line in said]
    persons = [one for one in found if one.guard is not None or re.search(r"\d", one.name)]
    return persons or found or [whole_file("", "file_empty", {})]


def _pasted(number: int, text: str, category: Category) -> GuardLine:
    plain = "".join(one for one in normalized(text) if not is_invisible(one)).strip()
    plain = re.sub(r"^\(?\d{1,3}[.、)\s]+(?=\D)", "", plain)
    phones = list(_MOBILE.finditer(plain))
    rest = _MOBILE.sub(" ", plain)
    words = [one for one in _BETWEEN.split(rest) if one and not re.fullmatch(r"\d{1,3}", one)]
    named = next((_WORDS[folded(one)] for one in words if folded(one) in _WORDS), category)
    name = " ".join(one for one in words if folded(one) not in _WORDS and one not in _LABELS)
    shown_name = masked(shown(plain))[:NAME_LENGTH]
    if len(phones) != 1:
        code = "several_phones" if phones else "not_a_mobile_number"
        return _faulty(number, shown_name, "telephone", code)
    if not name or re.search(r"\d{5}", name):
        return _faulty(number, shown_name, "name", "no_name")
    phone = mobile_of(phones[0][0])
    return GuardLine(
        "", number, name[:NAME_LENGTH], ListedGuard(None, name[:NAME_LENGTH], phone, named, None, None), ()
    )


def _faulty(number: int, text: str, column: str, code: str) -> GuardLine:
    fault = RowError("", number, GUARDS.column(column).heading, "", text, code)
    return GuardLine("", number, text, None, (fault,))
