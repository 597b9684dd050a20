"""Reading an object piece by piece; where its stream breaks off, the rest is asked for anew."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]

from server.core.files.store import PIECE_BYTES, NotKept, StoreAway

# How often a stream that broke off is taken up again, and how long a whole file may take.
AGAIN = 2
WHOLE_S = 600.0

GoOn = Callable[[int, str], Mapping[str, Any]]


class Reading(Iterator[bytes]):
    """An object that is being read; ``close`` gives back what it holds, also where nothing was read of it.

    ``go_on`` asks for the rest from a byte on, of the very same object. Raises ``StoreAway`` where a file does not come
    whole: whoever reads it must not take what he has for all of it.
    """

    def __init__(self, answer: Mapping[str, Any], go_on: GoOn, release: Callable[[], None]) -> None:
        self._body, self._tag = answer["Body"], str(answer["ETag"])
        self._length = int(answer["ContentLength"])
        self._go_on, self._release = go_on, release
        self._done, self._again, self._is_open = 0, 0, True
        self._until = time.monotonic() + WHOLE_S

    def __iter__(self) -> Self:
        """Give itself."""
        return self

    def __next__(self) -> bytes:
        """Give the next piece."""
        if not self._is_open or self._done >= self._length:
            self.close()
            raise StopIteration
        try:
            piece = self._piece()
        except BaseException:
            self.close()
            raise
        self._done += len(piece)
        return piece

    def close(self) -> None:
        """End reading."""
        if self._is_open:
            self._is_open = False
            self._body.close()
            self._release()

    def __del__(self) -> None:
        """End reading where nobody did: a question for the head alone never touches the body."""
        self.close()

    def _piece(self) -> bytes:
        while True:
            if time.monotonic() > self._until:
                raise StoreAway("the file store sends too slowly")
            try:
                piece: bytes = self._body.read(min(PIECE_BYTES, self._length - self._done))
            except (BotoCoreError, OSError):
                piece = b""
            if piece:
                return piece
            self._take_up()

    def _take_up(self) -> None:
        """Ask for the rest once more."""
        self._again += 1
        if self._again > AGAIN:
            raise StoreAway("the file store breaks off in the middle of a file")
        self._body.close()
        try:
            self._body = self._go_on(self._done, self._tag)["Body"]
        except NotKept as why:
            raise StoreAway(str(why)) from why
