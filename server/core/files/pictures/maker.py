"""Has pictures opened by a process of their own, a few at a time, and waits for what it makes of them."""

import os
import threading

from server.core.files.apart import Died, Line, NoProcess, apart
from server.core.files.pictures import (
    HEAD,
    LENGTH,
    MADE,
    MOST_MADE_BYTES,
    TOO_LARGE,
    Made,
    TooLarge,
    Unreadable,
    kind_of,
)
from server.core.files.places import Busy, Places

WAITS_S = 20.0
# Pictures that are under way in a process, in memory: 200 MB at most.
AT_ONCE = 24
OF_ONE_AT_ONCE = 2
READ_AT_ONCE = 8


class PictureMaker:
    """Makes pictures anew; one processor at least stays free for those who call for help meanwhile."""

    def __init__(self, at_once: int | None = None) -> None:
        self._turn = threading.Semaphore(at_once or max(1, (os.cpu_count() or 1) - 1))
        # Held by whoever reads one that was made.
        self.reading = threading.Semaphore(READ_AT_ONCE)
        self.places = Places(AT_ONCE, OF_ONE_AT_ONCE)

    def make(self, content: bytes) -> Made:
        """Make a picture anew. Raises ``Unreadable``, ``TooLarge``, ``Busy``."""
        kind_of(content)
        if not self._turn.acquire(timeout=WAITS_S):
            raise Busy
        try:
            with apart("server.core.files.pictures.child") as line:
                return _asked(line, content)
        except NoProcess as why:
            raise Busy from why
        except Died as why:
            raise Unreadable from why
        finally:
            self._turn.release()


def _asked(line: Line, content: bytes) -> Made:
    line.send(LENGTH.pack(len(content)) + content)
    word = line.read(1)
    if word == TOO_LARGE:
        raise TooLarge
    if word != MADE:
        raise Unreadable
    width, height, picture, preview = HEAD.unpack(line.read(HEAD.size))
    if max(picture, preview) > 4 * MOST_MADE_BYTES:
        raise Unreadable
    return Made(line.read(picture), line.read(preview), width, height)
