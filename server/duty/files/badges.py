"""Badges of people without a smartphone: ten on a sheet of A4, in the size of a bank card, to be cut out."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from server.core.files.fonts import printable
from server.core.files.lettering import Lettering, lettering
from server.core.files.qr import QUIET_MODULES, Correction, qr_modules, qr_runs
from server.core.files.tables import OnProgress

_WIDTH, _HEIGHT = A4
_CARD_WIDTH, _CARD_HEIGHT = 85.6 * mm, 54 * mm
_ACROSS, _DOWN = 2, 5
ON_A_PAGE = _ACROSS * _DOWN
_LEFT = (_WIDTH - _ACROSS * _CARD_WIDTH) / 2
_BOTTOM = (_HEIGHT - _DOWN * _CARD_HEIGHT) / 2
_QR_SIDE = 36 * mm
_BAR_HEIGHT = 10 * mm
_BAR, _WHITE = HexColor("#0F2342"), HexColor("#FFFFFF")
_INK, _INK2, _LINE = HexColor("#132033"), HexColor("#34455C"), HexColor("#C3CDD8")
_TITLE = "护学胸牌"
_TITLE_ENGLISH = "School-gate badge"
_HOW = "带班领导扫码签到、签退"
_HOW_ENGLISH = "Scanned by the duty leader"
_LOST = "遗失请告诉学校作废"
_NUMBER = "No. "


@dataclass(frozen=True, slots=True)
class PrintedBadge:
    """What stands on a badge; its QR code holds ``text``."""

    name: str
    category: str
    unit: str
    district: str
    number: int
    text: str


def sheet(badges: Sequence[PrintedBadge], on_progress: OnProgress | None = None) -> bytes:
    """Draw badges into one PDF, ten on a page; the same ones give the same bytes.

    ``on_progress`` gets badges done and in all. An empty list raises ``ValueError``.
    """
    if not badges:
        raise ValueError("no badges, no pages")
    tell = on_progress or (lambda _done, _total: None)
    tell(0, len(badges))
    out = BytesIO()
    words = "".join(f"{one.name}{one.category}{one.unit}{one.district}" for one in badges)
    fixed = f"{_TITLE}{_TITLE_ENGLISH}{_HOW}{_HOW_ENGLISH}{_LOST}{_NUMBER}0123456789 ·"
    with lettering(out, set(fixed + words)) as letters:
        page = letters.page
        page.setTitle(_TITLE)
        page.setAuthor(printable(badges[0].district))
        for place, one in enumerate(badges):
            on_page = place % ON_A_PAGE
            if place and not on_page:
                page.showPage()
            _card(
                letters,
                one,
                left=_LEFT + on_page % _ACROSS * _CARD_WIDTH,
                bottom=_BOTTOM + (_DOWN - 1 - on_page // _ACROSS) * _CARD_HEIGHT,
            )
            tell(place + 1, len(badges))
        page.showPage()
        page.save()
    return out.getvalue()


def _card(letters: Lettering, one: PrintedBadge, *, left: float, bottom: float) -> None:
    page = letters.page
    page.setStrokeColor(_LINE)
    page.setLineWidth(0.5)
    page.setDash(2, 2)
    page.rect(left, bottom, _CARD_WIDTH, _CARD_HEIGHT, stroke=1, fill=0)
    page.setDash()
    top = bottom + _CARD_HEIGHT
    inside = 1.5 * mm
    page.setFillColor(_BAR)
    page.rect(
        left + inside, top - inside - _BAR_HEIGHT, _CARD_WIDTH - 2 * inside, _BAR_HEIGHT, stroke=0, fill=1
    )
    bar = top - inside - _BAR_HEIGHT + 3.2 * mm
    letters.line(left + 4 * mm, bar, _TITLE, size=13, colour=_WHITE, bold=True)
    letters.line(left + 32 * mm, bar, _TITLE_ENGLISH, size=8, colour=_WHITE)
    _code(letters, one.text, left=left + _CARD_WIDTH - _QR_SIDE - 2.5 * mm, bottom=bottom + 3.2 * mm)
    width = _CARD_WIDTH - _QR_SIDE - 8 * mm
    start = left + 4 * mm
    letters.fitted(start, bottom + 31 * mm, printable(one.name), size=20, width=width, colour=_INK, bold=True)
    letters.fitted(start, bottom + 25 * mm, one.category, size=11, width=width, colour=_INK2)
    letters.fitted(start, bottom + 19.5 * mm, printable(one.unit), size=9, width=width, colour=_INK2)
    letters.fitted(start, bottom + 12 * mm, _HOW, size=7.5, width=width, colour=_INK2)
    letters.fitted(start, bottom + 8.6 * mm, _HOW_ENGLISH, size=6.5, width=width, colour=_INK2)
    letters.fitted(
        start, bottom + 4.4 * mm, f"{_NUMBER}{one.number} · {_LOST}", size=7, width=width, colour=_INK2
    )


def _code(letters: Lettering, text: str, *, left: float, bottom: float) -> None:
    """Draw a QR code as one path: squares drawn apart would show seams between them."""
    page = letters.page
    modules = qr_modules(text, Correction.Q)
    side = _QR_SIDE / (len(modules) + 2 * QUIET_MODULES)
    path = page.beginPath()
    for row, column, length in qr_runs(modules):
        across, down = column + QUIET_MODULES, row + 1 + QUIET_MODULES
        path.rect(left + across * side, bottom + _QR_SIDE - down * side, length * side, side)
    page.setFillColorRGB(0, 0, 0)
    page.drawPath(path, stroke=0, fill=1)
