"""Pictures that nobody trusts: what comes out of them is pixels, and what cannot be opened is refused in time."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from server.core.files.pictures import (
    LONGEST,
    MOST_BYTES,
    MOST_MADE_BYTES,
    PREVIEW_LONGEST,
    TooLarge,
    Unreadable,
)
from server.core.files.pictures.maker import PictureMaker
from server.core.files.pictures.making import make
from server.core.files.places import Busy
from tests.tools.pictures import ORIENTATION, SECRET, jpeg, png, scene, segments, written

RED, BLUE = (220, 30, 20), (20, 40, 220)
# JFIF, tables, the frame: all that a JPEG needs, and nothing that tells anything.
NEEDED = {0xE0, 0xDB, 0xC0, 0xC4}


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def like(one: object, other: tuple[int, int, int]) -> bool:
    assert isinstance(one, tuple)
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 40


def test_nothing_that_a_camera_tells_is_left() -> None:
    sent = jpeg(3000, 2000)
    assert SECRET in sent
    made = make(sent)
    for content in (made.picture, made.preview):
        assert set(segments(content)) <= NEEDED
        assert SECRET not in content
        assert dict(Image.open(BytesIO(content)).getexif()) == {}
    assert (made.width, made.height) == opened(made.picture).size
    assert opened(made.picture).width == LONGEST
    assert max(opened(made.preview).size) == PREVIEW_LONGEST


# Where the red corner of the camera's picture stands when the phone was held so, and whether it is upright then.
CORNERS = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}


@pytest.mark.parametrize("orientation", CORNERS)
def test_a_picture_stands_upright_however_the_phone_was_held(orientation: int) -> None:
    made = make(jpeg(640, 480, orientation=orientation))
    assert (made.width, made.height) == ((640, 480) if orientation < 5 else (480, 640))
    picture = opened(made.picture)
    corners = {
        (x, y): picture.getpixel((x * (picture.width - 20) + 10, y * (picture.height - 20) + 10))
        for x in (0, 1)
        for y in (0, 1)
    }
    assert [at for at, colour in corners.items() if like(colour, RED)] == [CORNERS[orientation]]


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
def test_an_orientation_that_there_is_not_turns_nothing(orientation: int) -> None:
    assert like(opened(make(jpeg(orientation=orientation)).picture).getpixel((10, 10)), RED)


MODES = {
    "CMYK": written(scene().convert("CMYK"), "JPEG"),
    "grey": written(scene().convert("L"), "JPEG"),
    "palette": written(scene().convert("P"), "PNG"),
    "one bit": written(scene().convert("1"), "PNG"),
    "16 bit": written(Image.new("I;16", (64, 48), 40_000), "PNG"),
    "alpha": written(Image.new("RGBA", (64, 48), (0, 0, 0, 0)), "PNG"),
    "grey and alpha": written(Image.new("LA", (64, 48), (0, 0)), "PNG"),
    "WebP": written(scene(), "WEBP"),
    "WebP that moves": written(
        scene(), "WEBP", save_all=True, append_images=[Image.new("RGB", (640, 480), BLUE)]
    ),
    "PNG that moves": written(
        scene(), "PNG", save_all=True, append_images=[Image.new("RGB", (640, 480), BLUE)]
    ),
    "progressive": written(scene(), "JPEG", progressive=True),
    "tall": written(Image.new("RGB", (1, 30_000)), "PNG"),
    "one pixel": written(Image.new("RGB", (1, 1)), "PNG"),
}


@pytest.mark.parametrize("content", MODES.values(), ids=MODES)
def test_each_mode_becomes_the_same_plain_jpeg(content: bytes) -> None:
    made = make(content)
    assert set(segments(made.picture)) <= NEEDED
    assert Image.open(BytesIO(made.picture)).mode == "RGB"
    assert 0 < max(made.width, made.height) <= LONGEST


def test_what_moves_shows_its_first_picture_and_what_is_transparent_white() -> None:
    for name in ("WebP that moves", "PNG that moves"):
        assert like(opened(make(MODES[name]).picture).getpixel((10, 10)), RED), name
    for name in ("alpha", "grey and alpha"):
        assert like(opened(make(MODES[name]).picture).getpixel((10, 10)), (255, 255, 255)), name
    assert like(opened(make(MODES["16 bit"]).picture).getpixel((10, 10)), (156, 156, 156))


NOTHING_OF_IT = {
    "nothing": b"",
    "html": b"<html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gif": written(scene(), "GIF"),
    "tiff": written(scene(), "TIFF"),
    "bmp": written(scene(), "BMP"),
    "avif": written(scene(), "AVIF"),
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64),
    "pdf": b"%PDF-1.7\n",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
    "zip": b"PK\x03\x04" + bytes(64),
    "head alone": b"\xff\xd8\xff",
    "cut": jpeg()[:2_000],
    "cut png": written(scene(), "PNG")[:-100],
    "rows missing": png(640, 480, bytes(100)),
    "riff": b"RIFF\x04\x00\x00\x00WEBP",
}


@pytest.mark.parametrize("content", NOTHING_OF_IT.values(), ids=NOTHING_OF_IT)
def test_what_is_no_whole_picture_of_three_kinds_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        make(content)


TOO_MUCH = {
    "pixels": png(50_000, 50_000, bytes(1_000)),
    "a side": png(60_000, 1, bytes(60_001)),
    "pixels of a picture that is there": written(Image.new("L", (8_000, 6_000)), "PNG"),
    "bytes": jpeg() + bytes(MOST_BYTES),
}


@pytest.mark.parametrize("content", TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_bomb_is_refused_before_it_is_opened(content: bytes) -> None:
    with pytest.raises(TooLarge):
        make(content)


def test_a_page_hidden_in_a_picture_is_gone() -> None:
    page = b"<html><script>alert(1)</script></html>"
    for content in (written(scene(), "JPEG", comment=page), jpeg() + page, page.join([jpeg(), jpeg()])):
        assert b"script" not in make(content).picture


def test_noise_is_small_enough() -> None:
    noise = Image.effect_noise((2_000, 2_000), 200).convert("RGB")
    assert len(make(written(noise, "JPEG", quality=95)).picture) <= MOST_MADE_BYTES


@settings(max_examples=40)
@given(
    width=st.integers(1, 400),
    height=st.integers(1, 400),
    kind=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    orientation=st.integers(0, 20),
    word=st.binary(min_size=8, max_size=40).filter(lambda word: b"\0" not in word),
)
def test_whatever_its_metadata_hold_none_are_left(
    width: int, height: int, kind: str, orientation: int, word: bytes
) -> None:
    told = Image.Exif()
    told[ORIENTATION], told[0x9286], told[0x010E] = orientation, word, "place"
    more = {"comment": word} if kind == "JPEG" else {}
    made = make(written(scene(width, height), kind, exif=told, icc_profile=word * 10, **more))
    assert set(segments(made.picture)) | set(segments(made.preview)) <= NEEDED
    assert {made.width, made.height} == {width, height}


@settings(max_examples=60)
@given(st.data())
def test_a_picture_with_wrong_bytes_is_made_or_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
    content = bytearray(jpeg(64, 48) if kind == "JPEG" else written(scene(64, 48), kind))
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = make(bytes(content[: data.draw(st.integers(1, len(content)))]))
    except (Unreadable, TooLarge):
        return
    assert set(segments(made.picture)) <= NEEDED


def test_the_process_beside_says_the_same() -> None:
    maker = PictureMaker()
    sent = jpeg(2_000, 1_500, orientation=6)
    assert maker.make(sent) == make(sent)
    with pytest.raises(Unreadable):
        maker.make(jpeg()[:2_000])
    with pytest.raises(TooLarge):
        maker.make(TOO_MUCH["pixels"])
    with pytest.raises(Unreadable):
        maker.make(NOTHING_OF_IT["heic"])


def test_many_scans_end_the_process_and_not_the_server() -> None:
    # A progressive JPEG whose last scan is repeated: each goes over all pixels once more.
    whole = written(scene(6_000, 6_000), "JPEG", progressive=True, quality=20)
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    bomb = whole[:-2] + scan * ((MOST_BYTES - len(whole)) // len(scan))
    # On a machine that is busy its time is over before its share of the processor is.
    with pytest.raises((Unreadable, Busy)):
        PictureMaker().make(bomb)


def test_one_account_takes_few_places_and_gives_them_back() -> None:
    maker = PictureMaker()
    with maker.places.take(1), maker.places.take(1):
        with pytest.raises(Busy), maker.places.take(1):
            raise AssertionError
        with maker.places.take(2):
            pass
    with maker.places.take(1), maker.places.take(1):
        pass


def test_all_accounts_together_take_no_more_than_there_is_memory_for() -> None:
    maker = PictureMaker()
    taken = [maker.places.take(number) for number in range(24)]
    for one in taken:
        one.__enter__()
    with pytest.raises(Busy), maker.places.take(99):
        raise AssertionError
    taken[0].__exit__(None, None, None)
    with maker.places.take(99):
        pass
