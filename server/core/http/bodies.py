"""Bodies of requests: read up to a length and within a time, however slowly they are sent."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Request, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from server.core.refused import Refused

PIECE_BYTES = 64 * 1024
# A phone on a poor line sends 300 KB in this time with 40 kbit/s.
WITHIN_S = 60.0
# What has come by the time it is read was not waited for.
AT_ONCE_S = 0.001


class InTime:
    """What an engine reads a body from, until a time: a byte every minute would hold a place for hours.

    ``reader`` gives what has come with ``read1``. Reading raises ``TimeoutError`` when the time is over.
    """

    def __init__(self, reader: Any, within_s: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._reader, self._monotonic = reader, monotonic
        self._until = monotonic() + within_s
        # Of a connection; what a test reads from has none.
        self._socket = getattr(getattr(reader, "raw", None), "_sock", None)

    @property
    def over(self) -> bool:
        """Tell whether the time is over."""
        return self._monotonic() >= self._until

    def read(self, length: int = -1) -> bytes:
        """Read so many bytes, fewer at the end only."""
        found = bytearray()
        while length < 0 or len(found) < length:
            piece = self._next(PIECE_BYTES if length < 0 else length - len(found))
            if not piece:
                break
            found += piece
        return bytes(found)

    def readline(self, length: int = -1) -> bytes:
        """Read a line, as heads of pieces are."""
        found = bytearray()
        while not found.endswith(b"\n") and (length < 0 or len(found) < length):
            piece = self._next(1)
            if not piece:
                break
            found += piece
        return bytes(found)

    def _next(self, most: int) -> bytes:
        left = self._until - self._monotonic()
        if left <= 0:
            raise TimeoutError
        if self._socket is None:
            return bytes(self._reader.read1(most))
        usual = self._socket.gettimeout()
        self._socket.settimeout(left if usual is None else min(left, usual))
        try:
            return bytes(self._reader.read1(most))
        finally:
            self._socket.settimeout(usual)


def _in_time(asked: Request, within_s: float = WITHIN_S) -> InTime | None:
    """Let the body of a request come within a time from now; ``None`` where it needs no time to come."""
    source = asked.environ["wsgi.input"]
    # The engines keep the connection's reader there; the threads' is the reader itself, unless pieces come.
    for name in ("rfile", "_rfile"):
        if hasattr(source, name):
            reader = InTime(getattr(source, name), within_s)
            setattr(source, name, reader)
            return reader
    if not hasattr(source, "read1"):
        return None
    reader = asked.environ["wsgi.input"] = InTime(source, within_s)
    return reader


def whole_body(asked: Request) -> bool:
    """Read the body, to be asked for afterwards, and tell whether it was waited for.

    One that is too large is left to the route. Raises ``Refused("busy")`` where it does not come within a minute.
    """
    began, reader = time.monotonic(), _in_time(asked)
    try:
        asked.get_data(cache=True)
    except RequestEntityTooLarge:
        pass
    except ClientDisconnected as why:
        if reader is not None and reader.over:
            raise Refused("busy") from why
        raise
    return time.monotonic() - began > AT_ONCE_S


def sent_bytes(most: int, *, too_large: str) -> bytes:
    """Read the body. Raises ``Refused``: what ``too_large`` says, ``busy`` where it does not come within a minute."""
    return b"".join(sent_pieces(most, too_large=Refused(too_large)))


def sent_pieces(most: int, *, too_large: Refused, within_s: float = WITHIN_S) -> Iterator[bytes]:
    """Read the body piece by piece. Raises ``too_large``, or ``Refused("busy")`` where it does not come in time."""
    request.max_content_length = most
    reader = _in_time(request, within_s)
    try:
        while piece := request.stream.read(PIECE_BYTES):
            yield piece
    except RequestEntityTooLarge as why:
        raise too_large from why
    except ClientDisconnected as why:
        if reader is not None and reader.over:
            raise Refused("busy") from why
        raise
