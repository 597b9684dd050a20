"""The process that opens one picture."""

import sys

from server.core.files.apart import bounded, line_of
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


def main(descriptor: int) -> None:
    """Read a picture from a socket and write what was made of it."""
    bounded(memory=MEMORY_BYTES, written=0)
    # What it imports is bounded too.
    from server.core.files.pictures.making import make  # noqa: PLC0415

    line = line_of(descriptor)
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


if __name__ == "__main__":
    main(int(sys.argv[1]))
