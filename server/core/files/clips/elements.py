"""WebM: elements, each with a number of up to four bytes and its length.

What is numbered here stays, all else (tags, attachments, chapters, titles, dates) becomes ``Void`` and zeros.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from server.core.files.clips import WEBM, BadClip, Blank, Clip, Reader

HEAD, DOC_TYPE, SEGMENT, VOID = 0x1A45DFA3, 0x4282, 0x18538067, 0xEC
INFO, TRACKS, CLUSTER, CUES, SEEK_HEAD = 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B, 0x114D9B74
TRACK, TRACK_TYPE, VIDEO, AUDIO = 0xAE, 0x83, 0xE0, 0xE1
WIDTH, HEIGHT = 0xB0, 0xBA
PROGRAMS = frozenset({0x4D80, 0x5741})
LEVEL_1 = frozenset({INFO, TRACKS, CLUSTER, CUES, SEEK_HEAD})
# Time, position, length before, single blocks, groups of blocks.
IN_CLUSTER = frozenset({0xE7, 0xA7, 0xAB, 0xA3, 0xA0})
# Scale of time, length; the programs' names must stand there, and are blanked.
IN_INFO = frozenset({0x2AD7B1, 0x4489}) | PROGRAMS
# Number, its long number, kind, flags, codec, what it must be told, length of a picture, delays, sizes.
IN_TRACK = frozenset(
    {0xD7, 0x73C5, TRACK_TYPE, 0xB9, 0x88, 0x55AA, 0x9C, 0x86, 0x63A2, 0x23E383, 0x56AA, 0x56BB, VIDEO, AUDIO}
)
SEEN_OR_HEARD = (1, 2)


@dataclass(frozen=True, slots=True)
class Element:
    """An element: its number, where it begins, where its content does, and where it ends (``None``: not told)."""

    number: int
    start: int
    content: int
    end: int | None


def read_elements(reader: Reader) -> tuple[Clip, list[Blank]]:
    """Look through a file and tell what is to be blanked. Raises ``BadClip`` where it lies or shows nothing."""
    head = _element(reader, 0, reader.length)
    if head.number != HEAD or head.end is None:
        raise BadClip
    kinds = [one for one in _inside(reader, head) if one.number == DOC_TYPE]
    if len(kinds) != 1 or _content(reader, kinds[0]).rstrip(b"\0") != b"webm":
        raise BadClip
    segment = _element(reader, head.end, reader.length, endless=SEGMENT)
    if segment.number != SEGMENT or segment.end not in {None, reader.length}:
        raise BadClip
    blanks: list[Blank] = []
    size = None
    for one in _flat(reader, segment.content):
        if one.number == INFO:
            blanks += _info(reader, one)
        elif one.number == TRACKS:
            size = _tracks(reader, one, blanks) or size
        elif one.number not in LEVEL_1 | IN_CLUSTER:
            blanks.append(_void(one))
    if size is None:
        raise BadClip
    return Clip(WEBM, *size), blanks


def _element(reader: Reader, start: int, end: int, *, endless: int | None = None) -> Element:
    """Read the head of an element; one number alone may stand without a length."""
    reader.count()
    head = reader.at(start, min(12, end - start))
    number, after = _vint(head, 0, keep=True, most=4)
    length, content = _vint(head, after, keep=False, most=8)
    if length == (1 << 7 * (content - after)) - 1:
        if number != endless:
            raise BadClip
        return Element(number, start, start + content, None)
    stop = start + content + length
    if stop > end:
        raise BadClip
    return Element(number, start, start + content, stop)


def _vint(head: bytes, at: int, *, keep: bool, most: int) -> tuple[int, int]:
    """Read a number that says its own length in its first bits; give it, and where it ends."""
    length = 9 - head[at].bit_length() if at < len(head) else 9
    if length > most or at + length > len(head):
        raise BadClip
    value = int.from_bytes(head[at : at + length], "big")
    return value if keep else value & ((1 << 7 * length) - 1), at + length


def _inside(reader: Reader, element: Element) -> Iterator[Element]:
    at, end = element.content, element.end
    assert end is not None
    while at < end:
        one = _element(reader, at, end)
        yield one
        assert one.end is not None
        at = one.end


def _flat(reader: Reader, at: int) -> Iterator[Element]:
    """Give what stands in the segment, and in place of each cluster what stands in it; live clusters have no length."""
    cluster_end = None
    while at < reader.length:
        if cluster_end == at:
            cluster_end = None
        one = _element(reader, at, cluster_end or reader.length, endless=CLUSTER)
        yield one
        if one.number == CLUSTER:
            if cluster_end is not None:
                raise BadClip
            at, cluster_end = one.content, one.end
        else:
            assert one.end is not None
            at = one.end


def _content(reader: Reader, element: Element) -> bytes:
    assert element.end is not None
    if element.end - element.content > 64:
        raise BadClip
    return reader.at(element.content, element.end - element.content)


def _value(reader: Reader, element: Element) -> int:
    return int.from_bytes(_content(reader, element), "big")


def _info(reader: Reader, info: Element) -> Iterator[Blank]:
    for one in _inside(reader, info):
        if one.number in PROGRAMS:
            assert one.end is not None
            yield Blank(one.content, b"", one.end - one.content)
        elif one.number not in IN_INFO:
            yield _void(one)


def _tracks(reader: Reader, tracks: Element, blanks: list[Blank]) -> tuple[int, int] | None:
    size = None
    for track in _inside(reader, tracks):
        if track.number != TRACK:
            blanks.append(_void(track))
            continue
        parts = list(_inside(reader, track))
        blanks += [_void(one) for one in parts if one.number not in IN_TRACK]
        kinds = [_value(reader, one) for one in parts if one.number == TRACK_TYPE]
        # What is neither seen nor heard may be anything, and stands among the rest in each cluster.
        if len(kinds) != 1 or kinds[0] not in SEEN_OR_HEARD:
            raise BadClip
        for one in parts:
            if one.number == VIDEO:
                sides = {side.number: side for side in _inside(reader, one)}
                if WIDTH not in sides or HEIGHT not in sides:
                    raise BadClip
                size = _value(reader, sides[WIDTH]) & 0xFFFF, _value(reader, sides[HEIGHT]) & 0xFFFF
    return size


def _void(element: Element) -> Blank:
    """Give what stands in the place of an element: the same length, no content."""
    assert element.end is not None
    whole = element.end - element.start
    if whole >= 9:
        return Blank(element.start, bytes([VOID, 1]) + (whole - 9).to_bytes(7, "big"), whole - 9)
    return Blank(element.start, bytes([VOID, 0x80 | whole - 2]), whole - 2)
