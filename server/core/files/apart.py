"""Processes of their own for files that nobody trusts: without the server's secrets, bounded, gone afterwards."""

import logging
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger("huxue.files")

ROOT = Path(__file__).resolve().parents[3]
PROCESSOR_S = 6
# Longer than its processor time: it gives way to whoever serves.
TAKES_S = 20.0
# Whoever serves comes first.
POLITENESS = 10


class NoProcess(Exception):
    """None can be started, or it was not let work in its time."""


class Died(Exception):
    """What it was given ended the process."""


class Line:
    """The way to a process, for as long as one may take."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._until = time.monotonic() + TAKES_S

    def send(self, content: bytes) -> None:
        """Send it all."""
        self._line.settimeout(TAKES_S)
        self._line.sendall(content)

    def read(self, length: int) -> bytes:
        """Read so many bytes. Raises ``EOFError`` where there are fewer, ``OSError`` when the time is over."""
        found = bytearray()
        while len(found) < length:
            self._line.settimeout(max(0.01, self._until - time.monotonic()))
            piece = self._line.recv(length - len(found))
            if not piece:
                raise EOFError
            found += piece
        return bytes(found)


@contextmanager
def apart(module: str, *descriptors: int) -> Iterator[Line]:
    """Start a module with a line to it, and descriptors of files, as its arguments; it ends with the block.

    Raises ``NoProcess`` or ``Died``.
    """
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = _started(module, theirs.fileno(), *descriptors)
        try:
            yield Line(ours)
        except TimeoutError as why:
            # Its processor time is bounded: it was not let work.
            raise NoProcess from why
        except (OSError, EOFError) as why:
            logger.warning("a file ended the process that opened it: %s", module)
            raise Died from why
        finally:
            process.kill()
            process.wait()


def _started(module: str, *descriptors: int) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, "-m", module, *map(str, descriptors)],
            cwd=ROOT,
            # The settings of the server, its secrets among them, stay here.
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=descriptors,
        )
    except OSError as why:
        logger.error("no process to open a file: %s", why.strerror)
        raise NoProcess from why


def bounded(*, memory: int, written: int) -> None:
    """Bound the process that calls it: its memory, and how far it may write into a file, in bytes."""
    os.nice(POLITENESS)
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, PROCESSOR_S),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def line_of(descriptor: int) -> socket.socket:
    """Open the line in the process that was started."""
    line = socket.socket(fileno=descriptor)
    # An engine's sockets never block, and this is the other end of one.
    line.setblocking(True)
    return line
