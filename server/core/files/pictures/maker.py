"""Has pictures opened by a process of their own, a few at a time, and waits for what it makes of them."""

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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

logger = logging.getLogger("huxue.files")

ROOT = Path(__file__).resolve().parents[4]
# Longer than its processor time: it gives way to whoever serves.
ONE_TAKES_S = 20.0
WAITS_S = 20.0
# Pictures that are under way in a process, in memory: 200 MB at most.
AT_ONCE = 24
OF_ONE_AT_ONCE = 2
READ_AT_ONCE = 8


class Busy(Exception):
    """So many pictures are under way that this one had better come again."""


class PictureMaker:
    """Makes pictures anew; one processor at least stays free for those who call for help meanwhile."""

    def __init__(self, at_once: int | None = None) -> None:
        self._turn = threading.Semaphore(at_once or max(1, (os.cpu_count() or 1) - 1))
        # Held by whoever reads one that was made.
        self.reading = threading.Semaphore(READ_AT_ONCE)
        self._under_way: Counter[int] = Counter()

    @contextmanager
    def place(self, account_id: int) -> Iterator[None]:
        """Take a place for a picture of an account, from before its first byte is read. Raises ``Busy``."""
        if self._under_way[account_id] >= OF_ONE_AT_ONCE or self._under_way.total() >= AT_ONCE:
            raise Busy
        self._under_way[account_id] += 1
        try:
            yield
        finally:
            self._under_way[account_id] -= 1
            if not self._under_way[account_id]:
                del self._under_way[account_id]

    def make(self, content: bytes) -> Made:
        """Make a picture anew. Raises ``Unreadable``, ``TooLarge``, ``Busy``."""
        kind_of(content)
        if not self._turn.acquire(timeout=WAITS_S):
            raise Busy
        try:
            return _by_child(content)
        finally:
            self._turn.release()


def _by_child(content: bytes) -> Made:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = _started(theirs)
        try:
            return _asked(ours, content)
        except TimeoutError as why:
            # Its processor time is bounded: it was not let work.
            raise Busy from why
        except (OSError, EOFError) as why:
            logger.warning("a picture ended the process that opened it")
            raise Unreadable from why
        finally:
            process.kill()
            process.wait()


def _started(line: socket.socket) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, "-m", "server.core.files.pictures.child", str(line.fileno())],
            cwd=ROOT,
            # The settings of the server, its secrets among them, stay here.
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[line.fileno()],
        )
    except OSError as why:
        logger.error("no process to open pictures: %s", why.strerror)
        raise Busy from why


def _asked(line: socket.socket, content: bytes) -> Made:
    until = time.monotonic() + ONE_TAKES_S
    line.settimeout(ONE_TAKES_S)
    line.sendall(LENGTH.pack(len(content)) + content)
    word = _read(line, 1, until)
    if word == TOO_LARGE:
        raise TooLarge
    if word != MADE:
        raise Unreadable
    width, height, picture, preview = HEAD.unpack(_read(line, HEAD.size, until))
    if max(picture, preview) > 4 * MOST_MADE_BYTES:
        raise Unreadable
    return Made(_read(line, picture, until), _read(line, preview, until), width, height)


def _read(line: socket.socket, length: int, until: float) -> bytes:
    """Read so many bytes. Raises ``EOFError`` where there are fewer, ``OSError`` when the time is over."""
    found = bytearray()
    while len(found) < length:
        line.settimeout(max(0.01, until - time.monotonic()))
        piece = line.recv(length - len(found))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)
