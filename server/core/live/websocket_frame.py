"""One frame of a WebSocket, as RFC 6455 and RFC 7692 (compression) have it."""

import struct
import zlib

TEXT, COMPRESSED = 0x81, 0x40
# Below it a frame is hardly smaller afterwards.
DEFLATED_FROM_BYTES = 1024


class Frame:
    """A text as the bytes of one WebSocket frame, plain or compressed: the same for every socket that hears it."""

    __slots__ = ("_deflated", "_text", "plain")

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self.plain = _framed(TEXT, self._text)
        self._deflated: bytes | None = None

    @property
    def deflated(self) -> bytes:
        """Give the frame for those who take compressed ones; each stands by itself (*no context takeover*)."""
        if len(self._text) < DEFLATED_FROM_BYTES:
            return self.plain
        if self._deflated is None:
            compressor = zlib.compressobj(zlib.Z_BEST_SPEED, zlib.DEFLATED, -zlib.MAX_WBITS)
            told = compressor.compress(self._text) + compressor.flush(zlib.Z_SYNC_FLUSH)
            self._deflated = _framed(TEXT | COMPRESSED, told[:-4])
        return self._deflated


def _framed(first: int, data: bytes) -> bytes:
    size = len(data)
    if size < 126:
        return bytes((first, size)) + data
    if size < 65_536:
        return struct.pack("!BBH", first, 126, size) + data
    return struct.pack("!BBQ", first, 127, size) + data
