"""Pictures that people send: what is taken, and what is made of it."""

import struct
from dataclasses import dataclass

# Of what is sent. A phone makes its pictures smaller first; one that cannot sends what its camera made.
MOST_BYTES = 8 * 2**20
MOST_PIXELS = 40_000_000
MOST_SIDE = 30_000
# Of what is kept: the longest side of a picture and of its preview, and the size that neither is over.
LONGEST, PREVIEW_LONGEST = 1600, 320
MOST_MADE_BYTES = 1_000_000

# How the process that opens pictures answers: a word of one byte; where a picture was made: width, height, two lengths.
MADE, UNREADABLE, TOO_LARGE = b"m", b"u", b"l"
HEAD = struct.Struct(">IIII")
LENGTH = struct.Struct(">I")


class Unreadable(Exception):
    """This is no whole picture of a kind that is taken (JPEG, PNG, WebP)."""


class TooLarge(Exception):
    """A picture with more bytes or pixels than are taken."""


@dataclass(frozen=True, slots=True)
class Made:
    """A picture made anew, and its preview, both JPEG; ``width`` and ``height`` are the picture's."""

    picture: bytes
    preview: bytes
    width: int
    height: int


def kind_of(content: bytes) -> str:
    """Tell by its first bytes what kind a picture is, whatever it is called. Raises ``Unreadable``."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    raise Unreadable
