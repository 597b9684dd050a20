"""Clips that nobody trusts: which are taken, what is blanked in them, and what a bad one costs."""

import struct
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest

from server.core.files.apart import Died
from server.core.files.clips import MP4, WEBM, BadClip, Reader, checker, write_over
from server.core.files.clips.boxes import read_boxes
from server.core.files.clips.checker import Checked, ClipChecker
from server.core.files.clips.elements import read_elements
from server.core.files.places import Busy
from tests.tools.clips import (
    SAMPLE,
    SECRET,
    box,
    boxes,
    element,
    large_box,
    mp4,
    pictures_of,
    table,
    track,
    webm,
)

DEEP = b""
for _level in range(1_000):
    DEEP = box(b"moov", DEEP)
DEEP_ELEMENTS = b""
for _level in range(1_000):
    DEEP_ELEMENTS = element(0x1654AE6B, DEEP_ELEMENTS)
KIND = box(b"ftyp", b"isom", bytes(4))
ELSEWHERE = box(
    b"dinf", box(b"dref", bytes(4) + struct.pack(">I", 1), box(b"url ", bytes(4), b"http://198.51.100.1/"))
)
NOT_SEEN = track(1, b"soun", offset=0, sizes=[], description=b"")
BAD_CLIPS = {
    "nothing": b"",
    "a_page": b"<html><script>",
    "a_picture": b"\xff\xd8\xff\xe0" + bytes(2_000),
    "a_kind_alone": KIND,
    "cut": mp4()[:-20],
    "cut_in_the_middle": mp4()[:600],
    "no_length": mp4() + struct.pack(">I", 0) + b"mdat" + bytes(40),
    "length_of_nothing": mp4() + struct.pack(">I", 4) + b"mdat",
    "longer_than_the_file": mp4() + struct.pack(">I", 2_000) + b"mdat",
    "four_gigabytes": KIND + struct.pack(">I", 0xFFFFFFFF) + b"mdat" + bytes(100),
    "endless": KIND + struct.pack(">I4sQ", 1, b"mdat", 2**63) + bytes(100),
    "deep": KIND + DEEP,
    "no_pictures": KIND + box(b"moov", NOT_SEEN),
    "pictures_elsewhere": mp4().replace(box(b"url ", b"\0\0\0\x01"), box(b"url ", bytes(4))),
    "places_outside": mp4(inside=track(4, b"camm", offset=2**31, sizes=[9], description=b"")),
    "places_in_the_head": mp4(inside=track(4, b"camm", offset=4, sizes=[9], description=b"")),
    "a_million_places": mp4(inside=track(4, b"camm", offset=40, sizes=[2**31, 2**31], description=b"")),
    "places_in_fragments": mp4(more=box(b"moof", box(b"traf", table(b"tfhd", 3)))),
    "a_hundred_thousand_boxes": KIND + box(b"free") * 130_000,
    "webm_cut": webm(live=False)[:-5],
    "webm_of_another_kind": webm(doc=b"matroska"),
    "webm_deep": webm(tracks=DEEP_ELEMENTS),
    "webm_longer_than_the_file": webm(more=b"\xa3\x08\xff\xff\xff\xff"),
    "webm_tags_without_length": webm(more=b"\x12\x54\xc3\x67\x01" + b"\xff" * 7),
    "webm_with_something_behind": webm(live=False) + b"\xec\x80",
    "webm_that_tells_more_than_is_seen": webm(tracks=element(0xAE, element(0x83, b"\x21", wide=False))),
    "webm_of_nothing": webm(tracks=b""),
    "webm_of_a_million_elements": webm(more=b"\xec\x80" * 130_000),
    "a_number_of_no_length": b"\x1a\x45\xdf\xa3\x00",
}


@contextmanager
def in_file(content: bytes) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        yield file


def read(content: bytes) -> bytes:
    """Look through a clip as the process does, and give it as it is afterwards."""
    with in_file(content) as file:
        reader = Reader(file, len(content))
        _clip, blanks = read_elements(reader) if content.startswith(b"\x1a\x45") else read_boxes(reader)
        write_over(file, blanks)
        file.seek(0)
        return file.read()


def checked(content: bytes) -> tuple[Checked, bytes]:
    with in_file(content) as file:
        found = ClipChecker().check(file)
        return found, file.read()


@pytest.mark.parametrize("brand", [b"isom", b"qt  "])
def test_an_mp4_loses_every_place_and_maker_and_nothing_in_it_moves(brand: bytes) -> None:
    sent = mp4(brand=brand)
    found, kept = checked(sent)
    assert (found.clip.content_type, found.clip.width, found.clip.height) == (MP4, 64, 48)
    assert len(kept) == found.bytes == len(sent)
    assert SECRET in sent and SECRET[:8] not in kept and b"appl" not in kept and b"secret" not in kept
    assert kept.index(SAMPLE) == sent.index(SAMPLE)
    assert [name for name, _content in boxes(kept)] == [b"ftyp", b"mdat", b"moov", b"free", b"free"]
    # What is kept is as good as what came, and nothing is left to blank.
    assert checked(kept) == (found, kept)


def test_a_webm_loses_its_tags_titles_and_names_and_nothing_in_it_moves() -> None:
    for live in (True, False):
        sent = webm(live=live)
        found, kept = checked(sent)
        assert (found.clip.content_type, found.clip.width, found.clip.height) == (WEBM, 64, 48)
        assert len(kept) == len(sent)
        assert SECRET in sent and SECRET[:8] not in kept and b"secret" not in kept
        assert kept.index(SAMPLE) == sent.index(SAMPLE)
        assert checked(kept) == (found, kept)


def test_the_name_of_a_file_and_what_is_said_of_it_decide_nothing() -> None:
    assert checked(mp4())[0].clip.content_type == MP4
    assert checked(webm())[0].clip.content_type == WEBM


@pytest.mark.parametrize("name", BAD_CLIPS)
def test_a_broken_or_lying_file_is_refused_soon(name: str) -> None:
    began = time.monotonic()
    with pytest.raises(BadClip):
        read(BAD_CLIPS[name])
    assert time.monotonic() - began < 5


def test_a_file_of_four_gigabytes_is_looked_through_by_its_heads_alone() -> None:
    """As long as a box says, with nothing on the disk: no memory of that size is there to be had."""
    with tempfile.TemporaryFile() as file:
        file.write(KIND + struct.pack(">I4sQ", 1, b"mdat", 2**32) + b"\0")
        file.truncate(len(KIND) + 2**32)
        began = time.monotonic()
        with pytest.raises(BadClip):
            ClipChecker().check(file)
        assert time.monotonic() - began < 5


def test_a_description_that_ends_as_quicktimes_do_is_read() -> None:
    described = box(b"avc1", pictures_of()[8:] + bytes(4))
    inside = track(9, b"vide", offset=36, sizes=[8], description=described)
    assert len(read(mp4(inside=inside))) == len(mp4(inside=inside))


def test_what_ends_the_process_is_a_bad_clip_and_ends_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "CHILD", "server.core.files.no_such_module")
    with in_file(mp4()) as file, pytest.raises(BadClip) as why:
        ClipChecker().check(file)
    assert isinstance(why.value.__cause__, Died)


def test_two_of_one_account_and_eight_in_all_are_under_way_at_once() -> None:
    places = ClipChecker().places
    taken = [places.take(number // 2) for number in range(8)]
    for one in taken:
        one.__enter__()
    with pytest.raises(Busy), places.take(99):
        pytest.fail("a ninth")
    taken[0].__exit__(None, None, None)
    with places.take(99), pytest.raises(Busy), places.take(98):
        pytest.fail("a ninth")


def test_large_boxes_keep_their_length() -> None:
    sent = mp4(more=large_box(b"junk", SECRET))
    assert [name for name, _content in boxes(read(sent))][-1] == b"free"
