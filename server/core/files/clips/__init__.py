"""Clips that people send: which are taken, and blanking what else their files tell, in place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

MP4, WEBM = "video/mp4", "video/webm"
# Parts of a file that are looked at: 20 minutes of what a browser records, or a million bytes of empty boxes.
MOST_PARTS = 120_000
PIECE_BYTES = 64 * 1024


class BadClip(Exception):
    """This is no whole clip of a kind that is taken (MP4, QuickTime, WebM)."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What is written over a part of a file: a new head, then nothing but zeros up to where the part ended."""

    at: int
    head: bytes
    zeros: int


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip as its heads tell it: its type, and its size in pixels (0: not told)."""

    content_type: str
    width: int
    height: int


class Reader:
    """Reads heads out of a file of a known length, never past its end, and so many alone."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file, self.length = file, length
        self._left = MOST_PARTS

    def count(self) -> None:
        """Count a part. Raises ``BadClip`` where there are too many."""
        self._left -= 1
        if self._left < 0:
            raise BadClip

    def at(self, place: int, length: int) -> bytes:
        """Read some bytes. Raises ``BadClip`` where the file has fewer."""
        if place < 0 or length < 0 or place + length > self.length:
            raise BadClip
        self._file.seek(place)
        found = self._file.read(length)
        if len(found) != length:
            raise BadClip
        return found

    def number(self, place: int, length: int) -> int:
        """Read a whole number, its first byte the greatest."""
        return int.from_bytes(self.at(place, length), "big")


def write_over(file: IO[bytes], blanks: Iterable[Blank]) -> None:
    """Write what is blanked into the file; nothing in it moves."""
    nothing = bytes(PIECE_BYTES)
    for one in blanks:
        file.seek(one.at)
        file.write(one.head)
        left = one.zeros
        while left > 0:
            left -= file.write(nothing[:left])
