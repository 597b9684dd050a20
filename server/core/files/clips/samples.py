"""Where the samples of a track lie in a file, by its tables."""

from collections.abc import Mapping

from server.core.files.clips import BadClip, Reader

# A track of places has one in each second or each picture.
MOST_SAMPLES = 200_000

# By its name where a table's content begins and ends.
Tables = Mapping[bytes, tuple[int, int]]


def sample_ranges(reader: Reader, tables: Tables) -> list[tuple[int, int]]:
    """Give where the chunks of a track begin and end. Raises ``BadClip`` where its tables do not fit together."""
    sizes = _sizes(reader, tables)
    starts = _starts(reader, tables)
    runs = _entries(reader, tables, b"stsc", 12)
    if not sizes or not starts:
        return []
    firsts = [int.from_bytes(one[:4], "big") for one in runs]
    if not firsts or firsts[0] != 1 or firsts != sorted(set(firsts)):
        raise BadClip
    found, sample = [], 0
    for number, start in enumerate(starts, start=1):
        while len(firsts) > 1 and firsts[1] <= number:
            firsts.pop(0)
            runs.pop(0)
        count = int.from_bytes(runs[0][4:8], "big")
        if count > len(sizes) - sample:
            raise BadClip
        length = sum(sizes[sample : sample + count])
        sample += count
        found.append((start, start + length))
    if sum(end - start for start, end in found) > reader.length:
        raise BadClip
    return found


def _sizes(reader: Reader, tables: Tables) -> list[int]:
    if b"stsz" not in tables:
        # Compact sizes, which nobody writes: what cannot be found cannot be blanked.
        raise BadClip
    content, end = tables[b"stsz"]
    same, count = reader.number(content + 4, 4), reader.number(content + 8, 4)
    if count > MOST_SAMPLES:
        raise BadClip
    if same:
        return [same] * count
    return [int.from_bytes(one, "big") for one in _rows(reader, content + 12, end, count, 4)]


def _starts(reader: Reader, tables: Tables) -> list[int]:
    name, length = (b"co64", 8) if b"co64" in tables else (b"stco", 4)
    return [int.from_bytes(one, "big") for one in _entries(reader, tables, name, length)]


def _entries(reader: Reader, tables: Tables, name: bytes, length: int) -> list[bytes]:
    if name not in tables:
        raise BadClip
    content, end = tables[name]
    return _rows(reader, content + 8, end, reader.number(content + 4, 4), length)


def _rows(reader: Reader, start: int, end: int, count: int, length: int) -> list[bytes]:
    if count > MOST_SAMPLES or start + count * length > end:
        raise BadClip
    content = reader.at(start, count * length)
    return [content[at : at + length] for at in range(0, len(content), length)]
