"""A list that people read on paper: headings and lines of text in a PDF with Chinese type, marked with who and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from server.core.files.fonts import printable
from server.core.files.lettering import Lettering, lettering

_WIDTH, _HEIGHT = A4
_MARGIN = 16 * mm
_BOTTOM = 22 * mm
_INK, _QUIET = HexColor("#16212e"), HexColor("#5c6b7a")
_MARK = Color(0.35, 0.42, 0.48, alpha=0.16)
_DIGITS = "0123456789/"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines."""

    heading: str
    lines: Sequence[str]


def write_listing(title: str, sections: Sequence[Section], *, mark: str) -> bytes:
    """Write sections below each other; ``mark`` stands across each page and at its foot."""
    title, mark = printable(title), printable(mark)
    cleaned = [Section(printable(one.heading), [printable(line) for line in one.lines]) for one in sections]
    used = set(chain(title, mark, _DIGITS, *(chain(one.heading, *one.lines) for one in cleaned)))
    out = BytesIO()
    with lettering(out, used) as letters:
        page = _Pages(letters, mark)
        page.write(title, size=18, bold=True, after=5 * mm)
        for one in cleaned:
            page.write(one.heading, size=12.5, bold=True, before=5 * mm, after=1.5 * mm)
            for line in one.lines:
                page.write(line, size=9, after=1 * mm)
        page.finish()
        letters.page.save()
    return out.getvalue()


class _Pages:
    """Writes downwards, and begins another page where one is full."""

    def __init__(self, letters: Lettering, mark: str) -> None:
        self._letters, self._mark = letters, mark
        self._number = 0
        self._begin()

    def write(
        self, text: str, *, size: float, bold: bool = False, before: float = 0, after: float = 0
    ) -> None:
        """Write a paragraph."""
        self._y -= before
        for part in self._letters.broken(text, size, _WIDTH - 2 * _MARGIN, bold=bold) or [""]:
            if self._y - size < _BOTTOM:
                self.finish()
                self._letters.page.showPage()
                self._begin()
            self._y -= size * 1.35
            self._letters.line(_MARGIN, self._y, part.strip(), size=size, colour=_INK, bold=bold)
        self._y -= after

    def finish(self) -> None:
        """Put the mark and the number on the page."""
        foot = 12 * mm
        self._letters.fitted(_MARGIN, foot, self._mark, size=8, width=_WIDTH - 3 * _MARGIN, colour=_QUIET)
        self._letters.line(_WIDTH - _MARGIN, foot, str(self._number), size=8, colour=_QUIET, align=1.0)

    def _begin(self) -> None:
        self._number += 1
        self._y = _HEIGHT - _MARGIN
        page = self._letters.page
        page.saveState()
        page.translate(_WIDTH / 2, _HEIGHT / 2)
        page.rotate(38)
        self._letters.fitted(0, 0, self._mark, size=26, width=_WIDTH * 1.1, colour=_MARK, align=0.5)
        page.restoreState()
