"""QR codes read back by a decoder of another project (zxing-cpp)."""

import re
from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from server.core.files.qr import Correction, qr_modules, qr_runs, qr_text
from tests.tools.qr_pictures import qr_image, qr_png

URL = "https://huxue.example.org/p/K7MWQ3XT9F"


@pytest.mark.parametrize("correction", list(Correction))
def test_the_picture_is_read(correction):
    image = Image.open(BytesIO(qr_png(URL, correction=correction)))
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text == URL
    assert found.ec_level == correction.name


@settings(max_examples=20, deadline=None)
@given(st.text(alphabet="23456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=10, max_size=10))
def test_every_code_is_read(code):
    (found,) = zxingcpp.read_barcodes(qr_image(f"https://h.example/p/{code}", module_px=4))
    assert found.text.endswith(code)


@pytest.mark.parametrize("colour", [True, False])
def test_the_terminal_text_is_read(colour):
    text = re.sub(r"\x1b\[[0-9;]*m", "", qr_text(URL, colour=colour))
    lines = text.split("\n")
    assert len({len(line) for line in lines}) == 1
    image = Image.new("L", (len(lines[0]), 2 * len(lines)), 0)
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            image.putpixel((column, 2 * row), 255 * (block in "█▀"))
            image.putpixel((column, 2 * row + 1), 255 * (block in "█▄"))
    big = image.resize((image.width * 8, image.height * 8), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(big)
    assert found.text == URL


def test_runs_cover_exactly_the_dark_modules():
    modules = qr_modules(URL)
    dark = {(row, column + step) for row, column, length in qr_runs(modules) for step in range(length)}
    assert dark == {
        (row, column) for row, line in enumerate(modules) for column, module in enumerate(line) if module
    }
