"""Text in cells: what may not come in, what must be made harmless on its way out."""

import re
import unicodedata

from server.core.typed_text import is_invisible

# A cell that begins with one of these runs as a formula (in some programs the full-width forms too).
_FORMULA_START = "=+-@\t\r\n＝＋－＠"  # the full-width forms are meant
# What XML 1.0 cannot carry, so no xlsx file can.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Controls (Cc), invisible and direction marks (Cf), halves of characters (Cs).
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
SHOWN_CHARACTERS = 60


def forbidden_character(text: str) -> str | None:
    """Find the first control, direction or other invisible character: ``U+202E`` and the like, or ``None``."""
    for character in text:
        if (
            unicodedata.category(character) in _INVISIBLE
            or is_invisible(character)
            or ord(character) & 0xFFFE == 0xFFFE
        ):
            return f"U+{ord(character):04X}"
    return None


def shown(text: str) -> str:
    """Make a value fit to be shown in a report: at most 60 characters, invisible ones as escapes."""
    cut = text[:SHOWN_CHARACTERS]
    visible = "".join(
        one
        if one.isprintable() and forbidden_character(one) is None
        else one.encode("unicode_escape").decode("ascii")
        for one in cut
    )
    return visible + "…" if len(text) > SHOWN_CHARACTERS else visible


def safe_cell(text: str) -> str:
    """Make a text harmless in an exported CSV cell: one that would run as a formula gets an apostrophe.

    Characters that no spreadsheet can hold become U+FFFD. ``plain_cell`` takes the apostrophe away again.
    """
    text = xml_text(text)
    return "'" + text if _runs(text) else text


def plain_cell(text: str) -> str:
    """Take away the apostrophe that ``safe_cell`` set; any other text comes back as it is."""
    return text[1:] if text.startswith("'") and _runs(text) else text


def xml_text(text: str) -> str:
    """Replace the characters that XML cannot carry by U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)


def _runs(text: str) -> bool:
    """Tell whether a text would run as a formula, seen past apostrophes and leading blanks."""
    bare = text.lstrip("'")
    return bare.startswith(tuple(_FORMULA_START)) or bare.lstrip().startswith(tuple(_FORMULA_START))
