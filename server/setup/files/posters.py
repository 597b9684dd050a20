"""The poster of a post: A4, to be printed and hung at the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from server.core.files.fonts import printable
from server.core.files.lettering import Lettering, lettering
from server.core.files.qr import QUIET_MODULES, Correction, qr_modules, qr_runs
from server.core.files.tables import OnProgress

_WIDTH, _HEIGHT = A4
_MARGIN = 18 * mm
_BAR, _ACCENT, _SOFT = HexColor("#0F2342"), HexColor("#1B4F9C"), HexColor("#E4EDF8")
_INK, _INK2, _LINE, _WHITE = (
    HexColor("#132033"),
    HexColor("#34455C"),
    HexColor("#C3CDD8"),
    HexColor("#FFFFFF"),
)
_BAR_INK = HexColor("#C9D6E8")
_BAR_HEIGHT = 30 * mm
_QR_SIDE = 104 * mm

_TITLE, _TITLE_ENGLISH = "护学岗 · 扫码签到", "School-gate post · scan to check in"
_STEPS = (
    ("扫一扫", ("用微信或相机", "扫上面的码"), "Scan", ("Scan the code above with", "WeChat or the camera")),
    (
        "签到",
        ("第一次先登记", "以后点一下就好"),
        "Check in",
        ("Register the first time,", "then one tap is enough"),
    ),
    ("值岗", ("站在岗位上", "下岗时再签退"), "On duty", ("Stay at the post, and", "check out when leaving")),
)
_TYPE_IT, _TYPE_IT_ENGLISH = "扫不了？打开下面的网址", "Cannot scan? Open this address"
_CODE = "岗位码 Post code"
_EMERGENCY = "遇到危险：在页面上按住“报警”1.5 秒；没有登记或没有网络，直接拨打 110。"
_EMERGENCY_ENGLISH = (
    "In danger: hold the alarm button on the page for 1.5 s. Without an account or network, dial 110."
)
_ADDRESS_TO_TYPE = f"{_TYPE_IT} · {_TYPE_IT_ENGLISH}"
_FIXED = f"{_TITLE}{_TITLE_ENGLISH}{_ADDRESS_TO_TYPE}{_CODE}{_EMERGENCY}{_EMERGENCY_ENGLISH}123" + "".join(
    chain.from_iterable(chain.from_iterable(_STEPS))
)


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a post's poster; the QR code holds ``url``, which ends in ``code``."""

    post_name: str
    school_name: str
    district_name: str
    url: str
    code: str
    gate: str = ""


def posters(posts: Sequence[Poster], on_progress: OnProgress | None = None) -> bytes:
    """Draw posters into one PDF, a page each; the same posters give the same bytes.

    ``on_progress`` gets pages done and in all, also once before the first. An empty list raises ``ValueError``.
    """
    if not posts:
        raise ValueError("no posts, no pages")
    tell = on_progress or (lambda _done, _total: None)
    tell(0, len(posts))
    clean = [_clean(post) for post in posts]
    out = BytesIO()
    characters = set(_FIXED).union(*("".join(_texts(post)) for post in clean))
    with lettering(out, characters) as letters:
        page = letters.page
        page.setTitle(f"{_TITLE} {clean[0].post_name if len(clean) == 1 else clean[0].district_name}")
        page.setAuthor(clean[0].district_name)
        for done, post in enumerate(clean, start=1):
            _page(letters, post)
            page.showPage()
            tell(done, len(clean))
        page.save()
    return out.getvalue()


def poster(post: Poster) -> bytes:
    """Draw one poster as PDF."""
    return posters([post])


def _texts(post: Poster) -> tuple[str, ...]:
    return post.post_name, post.school_name, post.district_name, post.gate, post.url, post.code


def _clean(post: Poster) -> Poster:
    """Replace what cannot be drawn; the QR code still holds the true address."""
    return Poster(
        post_name=printable(post.post_name),
        school_name=printable(post.school_name),
        district_name=printable(post.district_name),
        url=post.url,
        code=post.code,
        gate=printable(post.gate),
    )


def _page(letters: Lettering, post: Poster) -> None:
    page = letters.page
    page.bookmarkPage(post.code)
    page.addOutlineEntry(post.post_name, post.code)
    page.setFillColor(_BAR)
    page.rect(0, _HEIGHT - _BAR_HEIGHT, _WIDTH, _BAR_HEIGHT, stroke=0, fill=1)
    letters.line(_MARGIN, _HEIGHT - 16 * mm, _TITLE, size=23, colour=_WHITE, bold=True)
    letters.line(_MARGIN, _HEIGHT - 23.5 * mm, _TITLE_ENGLISH, size=11, colour=_BAR_INK)
    letters.fitted(
        _WIDTH - _MARGIN,
        _HEIGHT - 16 * mm,
        post.district_name,
        size=13,
        width=58 * mm,
        colour=_WHITE,
        align=1.0,
    )
    middle, width = _WIDTH / 2, _WIDTH - 2 * _MARGIN
    letters.block(
        middle, _HEIGHT - 52 * mm, post.post_name, sizes=(36, 20), width=width, lines=2, colour=_INK
    )
    school = " · ".join(part for part in (post.school_name, post.gate) if part)
    letters.fitted(middle, _HEIGHT - 66 * mm, school, size=16, width=width, colour=_INK2, align=0.5)
    _code(letters, post, bottom=_HEIGHT - 74 * mm - _QR_SIDE)
    _steps(letters, top=_HEIGHT - 213 * mm)
    _footer(letters)


def _code(letters: Lettering, post: Poster, bottom: float) -> None:
    """Draw the QR code in a frame, as one path: squares drawn apart would show seams between them."""
    page = letters.page
    left = (_WIDTH - _QR_SIDE) / 2
    page.setStrokeColor(_ACCENT)
    page.setLineWidth(1.6)
    page.roundRect(left, bottom, _QR_SIDE, _QR_SIDE, 4 * mm, stroke=1, fill=0)
    modules = qr_modules(post.url, Correction.Q)
    side = _QR_SIDE / (len(modules) + 2 * QUIET_MODULES)
    path = page.beginPath()
    for row, column, length in qr_runs(modules):
        path.rect(
            left + (column + QUIET_MODULES) * side,
            bottom + _QR_SIDE - (row + 1 + QUIET_MODULES) * side,
            length * side,
            side,
        )
    page.setFillColorRGB(0, 0, 0)
    page.drawPath(path, stroke=0, fill=1)
    middle = _WIDTH / 2
    letters.line(middle, bottom - 7.5 * mm, _ADDRESS_TO_TYPE, size=10, colour=_INK2, align=0.5)
    address = post.url.removeprefix("https://").removeprefix("http://")
    letters.fitted(
        middle,
        bottom - 15.5 * mm,
        address,
        size=17,
        width=_WIDTH - 2 * _MARGIN,
        colour=_ACCENT,
        bold=True,
        align=0.5,
    )
    letters.line(middle, bottom - 22 * mm, f"{_CODE}  {post.code}", size=12, colour=_INK2, align=0.5)


def _steps(letters: Lettering, top: float) -> None:
    page = letters.page
    gap = 5 * mm
    width = (_WIDTH - 2 * _MARGIN - 2 * gap) / 3
    height = 44 * mm
    for number, (word, what, english, what_english) in enumerate(_STEPS):
        left = _MARGIN + number * (width + gap)
        page.setFillColor(_SOFT)
        page.roundRect(left, top - height, width, height, 3 * mm, stroke=0, fill=1)
        page.setFillColor(_ACCENT)
        page.circle(left + 9 * mm, top - 9.5 * mm, 4.6 * mm, stroke=0, fill=1)
        letters.line(
            left + 9 * mm, top - 11.4 * mm, str(number + 1), size=15, colour=_WHITE, bold=True, align=0.5
        )
        letters.line(left + 16.5 * mm, top - 12 * mm, word, size=18, colour=_INK, bold=True)
        letters.line(
            left + 16.5 * mm + letters.width(word, 18, bold=True) + 2.5 * mm,
            top - 12 * mm,
            english,
            size=11,
            colour=_INK2,
        )
        for line, (words, words_english) in enumerate(zip(what, what_english, strict=True)):
            letters.line(left + 5 * mm, top - (21.5 + 6 * line) * mm, words, size=13, colour=_INK)
            letters.line(left + 5 * mm, top - (35 + 4.6 * line) * mm, words_english, size=9.5, colour=_INK2)


def _footer(letters: Lettering) -> None:
    page = letters.page
    page.setStrokeColor(_LINE)
    page.setLineWidth(0.8)
    page.line(_MARGIN, 30 * mm, _WIDTH - _MARGIN, 30 * mm)
    width = _WIDTH - 2 * _MARGIN
    letters.fitted(_MARGIN, 22 * mm, _EMERGENCY, size=12, width=width, colour=_INK, bold=True)
    letters.fitted(_MARGIN, 15.5 * mm, _EMERGENCY_ENGLISH, size=9.5, width=width, colour=_INK2)
