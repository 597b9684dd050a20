"""The process that looks through one clip and blanks it in place, by its heads alone."""

import os
import sys
from hashlib import sha256

from server.core.files.apart import bounded, line_of
from server.core.files.clips import MP4, PIECE_BYTES, BadClip, Reader, write_over
from server.core.files.clips.boxes import read_boxes
from server.core.files.clips.elements import HEAD, read_elements
from server.core.files.clips.said import BAD, GOOD, SAID

MEMORY_BYTES = 256 * 2**20


def main(descriptor: int, clip: int) -> None:
    """Look through an open file, and say on a socket what it is."""
    length = os.fstat(clip).st_size
    bounded(memory=MEMORY_BYTES, written=length)
    with line_of(descriptor) as line, os.fdopen(clip, "r+b") as file:
        reader = Reader(file, length)
        try:
            webm = reader.number(0, 4) == HEAD
            told, blanks = read_elements(reader) if webm else read_boxes(reader)
        except (BadClip, MemoryError):
            line.sendall(BAD)
            return
        write_over(file, blanks)
        file.flush()
        file.seek(0)
        digest = sha256()
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
        line.sendall(GOOD + SAID.pack(told.content_type == MP4, told.width, told.height, digest.digest()))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
