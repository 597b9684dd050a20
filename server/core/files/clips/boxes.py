"""MP4 and QuickTime: boxes in boxes, each with its length and a name of four letters.

What is named here stays, all else becomes ``free`` and zeros of the same length: what gives away a place or a device
(``udta``, ``meta``, ``uuid``, ``loci``, ``©xyz``, what makers add) has no list that ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from server.core.files.clips import MP4, BadClip, Blank, Clip, Reader
from server.core.files.clips.samples import sample_ranges

# The names that may stand in each box that is looked into; boxes that are not looked into stay as they are.
INSIDE: dict[bytes, frozenset[bytes]] = {
    where: frozenset(names.split())
    for where, names in {
        b"": b"ftyp styp sidx moov moof mdat mfra",
        b"moov": b"mvhd trak mvex",
        b"mvex": b"mehd trex",
        b"trak": b"tkhd tapt edts mdia",
        b"tapt": b"clef prof enof",
        b"edts": b"elst",
        b"mdia": b"mdhd hdlr elng minf",
        b"minf": b"vmhd smhd hdlr dinf stbl",
        b"dinf": b"dref",
        b"stbl": b"stsd stts ctts cslg stsc stsz stz2 stco co64 stss sdtp sbgp sgpd subs saiz saio",
        b"moof": b"mfhd traf",
        b"traf": b"tfhd tfdt trun sdtp sbgp sgpd subs saiz saio",
        b"mfra": b"tfra mfro",
        # What a codec must be told, by the kind of its track.
        b"vide": b"avcC hvcC vvcC vpcC av1C dvcC dvvC d263 esds colr pasp clap btrt fiel gama mdcv clli",
        b"soun": b"esds dOps alac damr dac3 dec3 dfLa wave chan btrt pcmC srat",
    }.items()
}
KINDS = (b"vide", b"soun")
# Of a sample's description: the bytes before its boxes, by the kind and, of sounds, the version.
BEFORE_BOXES = {b"vide": (78,), b"soun": (28, 44, 64)}
# Who made it, and the name of its program.
VENDOR, PROGRAM = (12, 12), (42, 32)


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its name, where it begins, where its content does, and where it ends."""

    name: bytes
    start: int
    content: int
    end: int


@dataclass(slots=True)
class _Found:
    """What was seen on the way."""

    blanks: list[Blank] = field(default_factory=list)
    data: list[Box] = field(default_factory=list)
    # Of tracks that are neither seen nor heard: their numbers, and where their samples lie.
    foreign: set[int] = field(default_factory=set)
    foreign_data: list[tuple[int, int]] = field(default_factory=list)
    fragments_of: set[int] = field(default_factory=set)
    size: tuple[int, int] | None = None


def read_boxes(reader: Reader) -> tuple[Clip, list[Blank]]:
    """Look through a file and tell what is to be blanked. Raises ``BadClip`` where it lies or shows nothing."""
    found = _Found()
    top = list(_boxes(reader, 0, reader.length))
    if not top or top[0].name != b"ftyp":
        raise BadClip
    for box in top:
        _look(reader, found, b"", box)
    if found.size is None or found.foreign & found.fragments_of:
        raise BadClip
    for start, end in found.foreign_data:
        if not any(box.content <= start and end <= box.end for box in found.data):
            raise BadClip
        found.blanks.append(Blank(start, b"", end - start))
    return Clip(MP4, *found.size), found.blanks


def _boxes(reader: Reader, start: int, end: int) -> Iterator[Box]:
    while start < end:
        if end - start < 8:
            raise BadClip
        reader.count()
        head = reader.at(start, 8)
        length, content = int.from_bytes(head[:4], "big"), start + 8
        if length == 1:
            length, content = reader.number(content, 8), content + 8
        if length < content - start or start + length > end:
            raise BadClip
        yield Box(head[4:], start, content, start + length)
        start += length


def _look(reader: Reader, found: _Found, where: bytes, box: Box) -> None:
    """Look at a box that stands in ``where``. Names that are looked into stand in one place alone, so it ends."""
    if box.name not in INSIDE[where]:
        found.blanks.append(_blank(box))
    elif box.name == b"trak":
        _track(reader, found, box)
    elif box.name == b"mdat":
        found.data.append(box)
    elif box.name == b"dref":
        _only_here(reader, box)
    elif box.name == b"hdlr":
        # The maker and the name behind the kind.
        found.blanks.append(Blank(_kind_at(box) + 4, b"", box.end - _kind_at(box) - 4))
    elif box.name == b"tfhd":
        found.fragments_of.add(reader.number(box.content + 4, 4))
    elif box.name in INSIDE:
        for one in _boxes(reader, box.content, box.end):
            _look(reader, found, box.name, one)


def _blank(box: Box) -> Blank:
    """Give what stands in the place of a box: the same length, no content."""
    head = b"free" if box.content - box.start == 8 else b"free" + (box.end - box.start).to_bytes(8, "big")
    return Blank(box.start + 4, head, box.end - box.content)


def _kind_at(box: Box) -> int:
    if box.end - box.content < 12:
        raise BadClip
    return box.content + 8


def _track(reader: Reader, found: _Found, track: Box) -> None:
    parts = {one.name: one for one in _boxes(reader, track.content, track.end)}
    if b"mdia" not in parts or b"tkhd" not in parts:
        raise BadClip
    media = {one.name: one for one in _boxes(reader, parts[b"mdia"].content, parts[b"mdia"].end)}
    if b"hdlr" not in media:
        raise BadClip
    kind = reader.at(_kind_at(media[b"hdlr"]), 4)
    number, size = _head_of_track(reader, parts[b"tkhd"])
    if kind not in KINDS:
        # A track of places, of faces, of times: gone with all that it has in the file.
        found.foreign.add(number)
        found.foreign_data += _data_of(reader, media)
        found.blanks.append(_blank(track))
        return
    if kind == KINDS[0] and found.size is None:
        found.size = size
    for one in _boxes(reader, track.content, track.end):
        _look(reader, found, b"trak", one)
    _descriptions(reader, found, _table(reader, media, b"stsd"), kind)


def _head_of_track(reader: Reader, box: Box) -> tuple[int, tuple[int, int]]:
    """Read a track's number, and its width and height, which stand at the end."""
    at = box.content + (20 if reader.number(box.content, 1) == 1 else 12)
    if at + 4 > box.end - 8:
        raise BadClip
    return reader.number(at, 4), (reader.number(box.end - 8, 2), reader.number(box.end - 4, 2))


def _table(reader: Reader, media: dict[bytes, Box], name: bytes) -> Box:
    """Find a table of a track."""
    box = _tables(reader, media).get(name)
    if box is None:
        raise BadClip
    return box


def _tables(reader: Reader, media: dict[bytes, Box]) -> dict[bytes, Box]:
    inside = media
    for name in (b"minf", b"stbl"):
        if name not in inside:
            raise BadClip
        inside = {one.name: one for one in _boxes(reader, inside[name].content, inside[name].end)}
    return inside


def _data_of(reader: Reader, media: dict[bytes, Box]) -> list[tuple[int, int]]:
    tables = _tables(reader, media)
    return sample_ranges(reader, {name: (box.content, box.end) for name, box in tables.items()})


def _only_here(reader: Reader, box: Box) -> None:
    """Refuse a file whose pictures lie in another one."""
    for one in _boxes(reader, box.content + 8, box.end):
        if one.end - one.content < 4 or not reader.number(one.content + 3, 1) & 1:
            raise BadClip


def _descriptions(reader: Reader, found: _Found, table: Box, kind: bytes) -> None:
    """Look through what a codec is told."""
    for one in _boxes(reader, table.content + 8, table.end):
        version = reader.number(one.content + 8, 2) if kind == b"soun" else 0
        inside = one.content + BEFORE_BOXES[kind][min(version, len(BEFORE_BOXES[kind]) - 1)]
        if inside > one.end:
            raise BadClip
        if kind == b"vide":
            found.blanks += [Blank(one.content + at, b"", length) for at, length in (VENDOR, PROGRAM)]
        while one.end - inside >= 8:
            box = next(_boxes(reader, inside, one.end)) if reader.number(inside, 4) else None
            if box is None:
                # QuickTime ends a list with four zeros.
                break
            if box.name not in INSIDE[kind]:
                found.blanks.append(_blank(box))
            inside = box.end
        found.blanks.append(Blank(inside, b"", one.end - inside))
