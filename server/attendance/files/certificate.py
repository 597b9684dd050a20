"""A certificate of service: A4, in Chinese and English, with a number and a QR code by which anybody looks it up."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from server.core.files.fonts import printable
from server.core.files.lettering import Lettering, lettering
from server.core.files.qr import QUIET_MODULES, Correction, qr_modules, qr_runs

_WIDTH, _HEIGHT = A4
_MARGIN = 24 * mm
_ACCENT, _INK, _INK2, _LINE = (
    HexColor("#1B4F9C"),
    HexColor("#132033"),
    HexColor("#34455C"),
    HexColor("#C3CDD8"),
)
_QR_SIDE = 42 * mm
_ROW = 12.5 * mm

_TITLE, _TITLE_ENGLISH = "护学服务证明", "Certificate of school-gate service"
_LABELS = (
    ("姓名", "Name"),
    ("身份", "Capacity"),
    ("所属单位", "Unit"),
    ("服务内容", "Service"),
    ("服务期间", "Period"),
    ("服务时长", "Time served"),
    ("到岗次数", "Duties"),
    ("出具单位", "Issued by"),
    ("出具日期", "Date of issue"),
    ("证明编号", "Number"),
)
_SERVICE = "护学岗值守：上学、放学时段维护校门秩序与安全"
_SERVICE_ENGLISH = "Duty at a school gate at times of arrival and dismissal"
_HAND = (("负责人（签名）", "Person in charge"), ("联系方式", "Contact"), ("单位（盖章）", "Stamp"))
_CHECK = "扫码，或打开下面的网址，可查真伪："
_CHECK_ENGLISH = "Scan the code or open this address to see whether it is genuine:"
_NOTE = "时长由签到、签退记录累计，只计经核实的到岗，不含路途时间。"
_NOTE_ENGLISH = "Time from check-in to check-out at verified duties, without the way there."
_FIXED = "".join(
    (
        *(_TITLE, _TITLE_ENGLISH, _SERVICE, _SERVICE_ENGLISH, _CHECK, _CHECK_ENGLISH, _NOTE, _NOTE_ENGLISH),
        *("".join(pair) for pair in (*_LABELS, *_HAND)),
    )
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on a certificate; its QR code holds ``url``. ``category`` and ``duties`` are in both languages."""

    name: str
    category: tuple[str, str]
    unit: str
    since: date
    until: date
    minutes: int
    duties: int
    on_time: int
    issuer: str
    issued_on: date
    number: str
    url: str


def certificate(paper: Paper) -> bytes:
    """Draw a certificate as PDF; the same one gives the same bytes."""
    values = [(printable(first), second) for first, second in _values(paper)]
    out = BytesIO()
    texts = "".join(first + second for first, second in values)
    with lettering(out, set(_FIXED + texts + paper.url)) as letters:
        page = letters.page
        page.setTitle(f"{_TITLE} {paper.number}")
        page.setAuthor(printable(paper.issuer))
        _frame(letters)
        top = _HEIGHT - 78 * mm
        for row, (label, value) in enumerate(zip(_LABELS, values, strict=True)):
            _line(letters, top - row * _ROW, label, value)
        _check(letters, paper, bottom=30 * mm)
        _by_hand(letters, top=30 * mm + _QR_SIDE)
        page.showPage()
        page.save()
    return out.getvalue()


def _values(paper: Paper) -> list[tuple[str, str]]:
    hours, minutes = divmod(paper.minutes, 60)
    return [
        (paper.name, ""),
        paper.category,
        (paper.unit, ""),
        (_SERVICE, _SERVICE_ENGLISH),
        (f"{paper.since.isoformat()} — {paper.until.isoformat()}", ""),
        (f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min"),
        (
            f"{paper.duties} 次，其中准时 {paper.on_time} 次",
            f"{paper.duties}, of these {paper.on_time} on time",
        ),
        (paper.issuer, ""),
        (paper.issued_on.isoformat(), ""),
        (paper.number, ""),
    ]


def _frame(letters: Lettering) -> None:
    page = letters.page
    page.setStrokeColor(_ACCENT)
    page.setLineWidth(1.6)
    page.rect(12 * mm, 12 * mm, _WIDTH - 24 * mm, _HEIGHT - 24 * mm, stroke=1, fill=0)
    page.setLineWidth(0.5)
    page.rect(14 * mm, 14 * mm, _WIDTH - 28 * mm, _HEIGHT - 28 * mm, stroke=1, fill=0)
    middle = _WIDTH / 2
    letters.line(middle, _HEIGHT - 46 * mm, _TITLE, size=30, colour=_INK, bold=True, align=0.5)
    letters.line(middle, _HEIGHT - 56 * mm, _TITLE_ENGLISH, size=13, colour=_INK2, align=0.5)


def _line(letters: Lettering, y: float, label: tuple[str, str], value: tuple[str, str]) -> None:
    page = letters.page
    first, second = value
    letters.line(_MARGIN, y, label[0], size=12, colour=_INK2, bold=True)
    letters.line(_MARGIN, y - 4.6 * mm, label[1], size=8.5, colour=_INK2)
    left = _MARGIN + 36 * mm
    width = _WIDTH - _MARGIN - left
    letters.fitted(left, y if second else y - 2 * mm, first, size=14, width=width, colour=_INK)
    if second:
        letters.fitted(left, y - 4.8 * mm, second, size=9, width=width, colour=_INK2)
    page.setStrokeColor(_LINE)
    page.setLineWidth(0.5)
    page.line(_MARGIN, y - 7 * mm, _WIDTH - _MARGIN, y - 7 * mm)


def _check(letters: Lettering, paper: Paper, *, bottom: float) -> None:
    """Draw the QR code as one path, and beside it where its number is looked up."""
    page = letters.page
    modules = qr_modules(paper.url, Correction.Q)
    side = _QR_SIDE / (len(modules) + 2 * QUIET_MODULES)
    path = page.beginPath()
    for row, column, length in qr_runs(modules):
        across, down = column + QUIET_MODULES, row + 1 + QUIET_MODULES
        path.rect(_MARGIN + across * side, bottom + _QR_SIDE - down * side, length * side, side)
    page.setFillColorRGB(0, 0, 0)
    page.drawPath(path, stroke=0, fill=1)
    letters.line(_MARGIN, bottom - 2 * mm, _CHECK, size=8.5, colour=_INK2)
    letters.line(_MARGIN + 70 * mm, bottom - 2 * mm, _CHECK_ENGLISH, size=7.5, colour=_INK2)
    address = paper.url.removeprefix("https://").removeprefix("http://")
    letters.fitted(
        _MARGIN, bottom - 6.5 * mm, address, size=10, width=_WIDTH - 2 * _MARGIN, colour=_ACCENT, bold=True
    )
    letters.line(_MARGIN, bottom - 11 * mm, f"{_NOTE} {_NOTE_ENGLISH}", size=7, colour=_INK2)


def _by_hand(letters: Lettering, *, top: float) -> None:
    """Draw the lines for what a person adds by hand."""
    page = letters.page
    left = _MARGIN + _QR_SIDE + 16 * mm
    for number, (label, english) in enumerate(_HAND):
        y = top - (9 + 13 * number) * mm
        letters.line(left, y, label, size=11, colour=_INK2)
        letters.line(left, y - 4.2 * mm, english, size=8, colour=_INK2)
        page.setStrokeColor(_LINE)
        page.setLineWidth(0.6)
        page.line(left + 34 * mm, y - 1.5 * mm, _WIDTH - _MARGIN, y - 1.5 * mm)
