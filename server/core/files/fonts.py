"""The Chinese typeface of printed matter: cut from Noto Sans SC to the characters that a document uses.

The typeface comes from PyPI (justmytype-intl-cjk, SIL Open Font License), so Chinese shows on paper whatever is
installed on the machine and whatever the printer knows (docs/decisions/0003-poster-typeface.md).
"""

import threading
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from io import BytesIO

from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

REGULAR, BOLD = 400, 700
# Drawn for a character that the typeface lacks; it has 30,890 of them.
REPLACEMENT = "□"
# Reading a glyph moves the one open file: one document at a time.
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _source() -> TTFont:
    path = files("justmytype_intl_cjk") / "fonts" / "ofl" / "notosanssc" / "NotoSansSC[wght].ttf"
    font = TTFont(BytesIO(path.read_bytes()), lazy=True)
    # Plain names: looking up what 30,000 glyphs are called takes longer than all the rest.
    font.setGlyphOrder([".notdef", *(f"glyph{number}" for number in range(1, font["maxp"].numGlyphs))])
    return font


def printable(text: str) -> str:
    """Replace the characters that the typeface lacks."""
    with _lock:
        known = _source().getBestCmap()
    return "".join(character if ord(character) in known else REPLACEMENT for character in text)


def cut_font(characters: Iterable[str], weight: int) -> bytes:
    """Make a TrueType file of one weight (400 regular, 700 bold) with the given characters alone.

    Only the outlines that are asked for are computed: a general subsetter would go through all 30,890.
    """
    with _lock:
        source = _source()
        known = source.getBestCmap()
        wanted = sorted({ord(one) for one in characters} | {ord(one) for one in " ?" + REPLACEMENT})
        mapping = {code: known[code] for code in wanted if code in known}
        order = [".notdef", *sorted(set(mapping.values()) - {".notdef"})]
        outlines = source.getGlyphSet(location={"wght": weight})
        glyphs, metrics = {}, {}
        for name in order:
            pen = TTGlyphPen(None)
            outlines[name].draw(pen)
            glyphs[name] = pen.glyph()
            glyphs[name].recalcBounds(None)
            metrics[name] = (round(outlines[name].width), getattr(glyphs[name], "xMin", 0))
        builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
        builder.setupGlyphOrder(order)
        builder.setupCharacterMap(mapping)
        builder.setupGlyf(glyphs)
        builder.setupHorizontalMetrics(metrics)
        builder.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
        return _finished(builder, weight, mapping)


def _finished(builder: FontBuilder, weight: int, characters: Iterable[int]) -> bytes:
    style = "Bold" if weight == BOLD else "Regular"
    # reportlab takes two fonts of one name for the same: the second document would lack what the first one had not.
    cut = sha256(repr(sorted(characters)).encode()).hexdigest()[:8]
    builder.setupNameTable(
        {"familyName": "Noto Sans SC", "styleName": style, "psName": f"NotoSansSC-{style}-{cut}"}
    )
    builder.setupOS2(usWeightClass=weight)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0  # same characters, same bytes
    builder.font.recalcTimestamp = False
    out = BytesIO()
    builder.save(out)
    return out.getvalue()
