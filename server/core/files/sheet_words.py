"""The words and values that files of all kinds may hold, Chinese and English, and how they are read."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from server.core.typed_text import NotMobile, mobile_of, normalized

Meaning = TypeVar("Meaning", bound=StrEnum | bool)


class Wrong(Exception):
    """A value cannot be read: a stable code and its facts."""

    def __init__(self, code: str, **facts: object) -> None:
        """Keep the code and its facts."""
        super().__init__(code)
        self.code = code
        self.facts: dict[str, object] = facts


def folded(text: str) -> str:
    """Reduce a word to what is compared: full-width made narrow, small letters, no blanks or joints."""
    return re.sub(r"[\s_\-()（）]+", "", normalized(text).casefold())


def word_reader(words: Mapping[Meaning, tuple[str, ...]]) -> Callable[[str], Meaning]:
    """Make a reader that knows these words and, for an enumeration, its own values too."""
    meanings = {folded(word): meaning for meaning, known in words.items() for word in known}
    meanings |= {folded(str(meaning)): meaning for meaning in words}
    allowed = [known[0] for known in words.values()]

    def read(text: str) -> Meaning:
        meaning = meanings.get(folded(text))
        if meaning is None:
            raise Wrong("unknown_word", allowed=allowed)
        return meaning

    return read


def name_reader(longest: int) -> Callable[[str], str]:
    """Make a reader for names and other short texts."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise Wrong("too_long", length=len(text), longest=longest)
        return text

    return read


def whole_reader(least: int, most: int) -> Callable[[str], int]:
    """Make a reader for whole numbers between two bounds, both included."""

    def read(text: str) -> int:
        plain = normalized(text).replace(",", "")
        if not re.fullmatch(r"[+-]?[0-9]{1,12}", plain):
            raise Wrong("not_a_whole_number")
        if not least <= int(plain) <= most:
            raise Wrong("out_of_range", least=least, most=most)
        return int(plain)

    return read


def read_mobile(text: str) -> str:
    """Read a mainland mobile number as its 11 digits, however it was typed or kept by a spreadsheet."""
    try:
        return mobile_of(text)
    except NotMobile as why:
        raise Wrong("landline" if why.code == "landline" else "not_a_mobile_number") from why
