"""The process that opens one picture: without the server's secrets, bounded in time and memory, gone afterwards."""

import os
import resource
import socket
import sys

from server.core.files.pictures import (
    HEAD,
    LENGTH,
    MADE,
    MOST_BYTES,
    TOO_LARGE,
    UNREADABLE,
    TooLarge,
    Unreadable,
)

MEMORY_BYTES = 2**30
PROCESSOR_S = 6
# Whoever serves comes first.
POLITENESS = 10


def main(descriptor: int) -> None:
    """Read a picture from a socket and write what was made of it."""
    _bounded()
    # What it imports is bounded too.
    from server.core.files.pictures.making import make  # noqa: PLC0415

    line = socket.socket(fileno=descriptor)
    # An engine's sockets never block, and this is the other end of one.
    line.setblocking(True)
    with line, line.makefile("rb") as asked, line.makefile("wb") as said:
        (length,) = LENGTH.unpack(asked.read(LENGTH.size))
        content = asked.read(min(length, MOST_BYTES + 1))
        try:
            made = make(content)
        except TooLarge:
            said.write(TOO_LARGE)
        except (Unreadable, MemoryError):
            said.write(UNREADABLE)
        else:
            said.write(MADE + HEAD.pack(made.width, made.height, len(made.picture), len(made.preview)))
            said.write(made.picture)
            said.write(made.preview)


def _bounded() -> None:
    os.nice(POLITENESS)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(int(sys.argv[1]))
