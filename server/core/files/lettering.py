"""Lines of text on a PDF page: in the embedded typeface, made to fit their place."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import count

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from server.core.files.fonts import BOLD, REGULAR, cut_font

_numbers = count(1)
_LEADING = 1.28


@dataclass(frozen=True, slots=True)
class Lettering:
    """A page with the two weights of its typeface; places are in points from the lower left corner."""

    page: Canvas
    regular: str
    bold: str

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Measure a line."""
        return float(pdfmetrics.stringWidth(text, self.bold if bold else self.regular, size))

    def line(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        colour: Color,
        bold: bool = False,
        align: float = 0.0,
    ) -> None:
        """Write a line on the base line ``y``; ``align`` is the part of its width that lies left of ``x``."""
        self.page.setFont(self.bold if bold else self.regular, size)
        self.page.setFillColor(colour)
        self.page.drawString(x - align * self.width(text, size, bold=bold), y, text)

    def fitted(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        width: float,
        colour: Color,
        bold: bool = False,
        align: float = 0.0,
    ) -> None:
        """Write a line, smaller if it would be wider than ``width``."""
        wide = self.width(text, size, bold=bold)
        fitting = size * min(1.0, width / wide) if wide else size
        self.line(x, y, text, size=fitting, colour=colour, bold=bold, align=align)

    def block(
        self,
        x: float,
        y: float,
        text: str,
        *,
        sizes: tuple[float, float],
        width: float,
        lines: int,
        colour: Color,
        bold: bool = True,
        align: float = 0.5,
    ) -> None:
        """Write a text in as few lines as it needs, the last on ``y`` if centred, else the first.

        The size goes from the first of ``sizes`` down to the second until the lines fit; then they are squeezed.
        """
        size, smallest = sizes
        if self.width(text, smallest, bold=bold) <= width and align:
            self.fitted(x, y, text, size=size, width=width, colour=colour, bold=bold, align=align)
            return
        parts = self.broken(text, size, width, bold=bold)
        while len(parts) > lines and size > smallest:
            size = max(smallest, size - 1)
            parts = self.broken(text, size, width, bold=bold)
        if len(parts) > lines:
            parts = [*parts[: lines - 1], "".join(parts[lines - 1 :])]
        first = y + (len(parts) - 1) * size * _LEADING if align else y
        for number, part in enumerate(parts):
            line_y = first - number * size * _LEADING
            self.fitted(
                x, line_y, part.strip(), size=size, width=width, colour=colour, bold=bold, align=align
            )

    def broken(self, text: str, size: float, width: float, *, bold: bool) -> list[str]:
        """Break a text into lines: at a blank if the line has one, else between any two characters."""
        parts: list[str] = []
        rest = text
        while rest:
            end = len(rest)
            while end > 1 and self.width(rest[:end].rstrip(), size, bold=bold) > width:
                end -= 1
            if end < len(rest) and " " in rest[:end]:
                end = rest.rindex(" ", 0, end + 1) + 1 if rest[end] == " " else rest.rindex(" ", 0, end) + 1
            parts.append(rest[:end])
            rest = rest[end:]
        return parts


@contextmanager
def lettering(out: BytesIO, characters: Iterable[str]) -> Iterator[Lettering]:
    """Begin an A4 document with a typeface cut to the characters it will use; it is saved inside the block.

    reportlab keeps fonts by name for the whole process, so each document takes names of its own and gives them
    back.
    """
    characters = set(characters)
    number = next(_numbers)
    names = {REGULAR: f"Huxue{number}", BOLD: f"Huxue{number}Bold"}
    for weight, name in names.items():
        pdfmetrics.registerFont(TTFont(name, BytesIO(cut_font(characters, weight))))
    try:
        # The stubs take the name of the first font for a number.
        page = Canvas(out, pagesize=A4, invariant=1, initialFontName=names[REGULAR])  # type: ignore[arg-type]
        yield Lettering(page, names[REGULAR], names[BOLD])
    finally:
        for name in names.values():
            # reportlab has no public way to forget a font.
            font = pdfmetrics._fonts.pop(name)  # type: ignore[attr-defined]
            pdfmetrics._dynFaceNames.pop(font.face.name, None)  # type: ignore[attr-defined]
