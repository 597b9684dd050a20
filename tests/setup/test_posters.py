"""Posters as they hang at the gate: rendered by another project (pdfium), read by another (zxing-cpp)."""

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from server.setup.files.posters import Poster, poster, posters

PLAIN = Poster(
    post_name="样例第三小学南门岗",
    school_name="样例第三小学",
    district_name="样例区",
    url="https://huxue.example.org/p/K7MWQ3XT9F",
    code="K7MWQ3XT9F",
    gate="南门",
)
LONG = Poster(
    post_name="第一百二十七实验外国语高级中学附属九年一贯制学校东南侧机动车出入口第二护学岗（临时）",
    school_name="第一百二十七实验外国语高级中学附属九年一贯制学校",
    district_name="样例高新技术产业开发区",
    url="https://a-district-with-a-long-name.huxue.example.org:8443/p/23456789AB",
    code="23456789AB",
    gate="东南侧机动车出入口",
)


def page_image(pdf, number=0, dpi=150):
    return pypdfium2.PdfDocument(pdf)[number].render(scale=dpi / 72).to_pil().convert("L")


def page_text(pdf, number=0):
    return pypdfium2.PdfDocument(pdf)[number].get_textpage().get_text_bounded()


@pytest.fixture(scope="module")
def pdf():
    return posters([PLAIN, LONG])


@pytest.mark.parametrize("angle", [0, 7, 33, 90, 135, 180, 251, 270])
@pytest.mark.parametrize(("number", "post"), [(0, PLAIN), (1, LONG)], ids=["plain", "long"])
def test_the_printed_code_is_read_at_150_dpi_from_any_side(pdf, number, post, angle):
    image = page_image(pdf, number).rotate(
        angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC
    )
    (found,) = zxingcpp.read_barcodes(image)
    assert (found.text, found.ec_level) == (post.url, "Q")


def test_a_blurred_dirty_and_torn_print_is_read(pdf):
    image = page_image(pdf).filter(ImageFilter.GaussianBlur(2))
    image.paste(128, (560, 900, 700, 990))  # a sticker over a corner of the code's data
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text == PLAIN.url


def test_it_is_a4_with_all_its_texts_and_every_font_inside(pdf):
    page = pypdfium2.PdfDocument(pdf)[0]
    assert [round(side) for side in page.get_size()] == [595, 842]
    text = page_text(pdf)
    for part in (
        "样例第三小学南门岗",
        "样例区",
        "K7MWQ3XT9F",
        "扫一扫",
        "Check in",
        "110",
        "huxue.example.org",
    ):
        assert part in text
    assert b"/FontFile2" in pdf
    assert b"Helvetica" not in pdf


def test_nothing_leaves_the_page_or_runs_into_the_frame(pdf):
    """The margins stay white, also with the longest names."""
    for number in (0, 1):
        image = page_image(pdf, number)
        edge = 90  # of 1240 px: half the margin
        below_bar = 200
        for box in (
            (0, below_bar, edge, image.height),
            (image.width - edge, below_bar, image.width, image.height),
        ):
            assert image.crop(box).getextrema() == (255, 255)


def test_what_the_typeface_lacks_is_a_box_and_the_code_still_true():
    odd = Poster("岗\U0001f600\x00\u202e", "校", "区", "https://h.example/p/A", "A")
    pdf = poster(odd)
    assert "岗□□□" in page_text(pdf)
    assert zxingcpp.read_barcodes(page_image(pdf))[0].text == odd.url


def test_one_file_for_a_district_with_progress():
    told = []
    many = [
        Poster(
            f"样例第{number}小学南门岗",
            f"样例第{number}小学",
            "样例区",
            f"https://h.example/p/{number:010d}",
            f"{number:010d}",
        )
        for number in range(201)
    ]
    pdf = posters(many, lambda *at: told.append(at))
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 201
    assert told == [(number, 201) for number in range(202)]
    assert zxingcpp.read_barcodes(page_image(pdf, 200))[0].text == many[200].url
    assert len(pdf) < 4_000_000


def test_the_same_posters_are_the_same_bytes():
    assert poster(PLAIN) == poster(PLAIN)


def test_no_posts():
    with pytest.raises(ValueError, match="no posts"):
        posters([])
