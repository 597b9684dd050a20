"""Files in a folder of this machine, readable for its owner alone."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from server.core.files.store import PIECE_BYTES, Kept, NotKept, NotThere, is_name

_PART = ".part"


class FolderStore:
    """Keeps each file under its name, in one of 256 folders: a folder of a hundred thousand is slow to list."""

    holds_up = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: IO[bytes]) -> int:
        """Keep the content: written beside, forced to the disk, then renamed."""
        place = self._place(name)
        part = place.with_suffix(_PART)
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as out:
                shutil.copyfileobj(content, out, PIECE_BYTES)
                out.flush()
                os.fsync(out.fileno())
                length = out.tell()
            part.rename(place)
            _force_names(place.parent)
        except OSError as why:
            # A folder that is no folder fails here too.
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise NotKept(why.strerror) from why
        return length

    def read(self, name: str, first: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Give the content in pieces, all or so many bytes from one on."""
        try:
            content = self._place(name).open("rb")
            content.seek(first)
        except FileNotFoundError as why:
            raise NotThere(why.strerror) from why
        except OSError as why:
            raise NotKept(why.strerror) from why
        return _pieces(content, length)

    def delete(self, name: str) -> None:
        """Delete a file, and what was begun under its name."""
        place = self._place(name)
        try:
            place.unlink(missing_ok=True)
            place.with_suffix(_PART).unlink(missing_ok=True)
        except OSError as why:
            raise NotKept(why.strerror) from why

    def names(self) -> Iterator[Kept]:
        """List what lies there, begun files too."""
        for place in self._folder.glob("??/*"):
            if is_name(place.stem):
                yield Kept(place.stem, datetime.fromtimestamp(place.stat().st_mtime, UTC))

    def _place(self, name: str) -> Path:
        if not is_name(name):
            raise NotKept("no name of a file")
        return self._folder / name[:2] / name


def _pieces(content: IO[bytes], length: int | None) -> Iterator[bytes]:
    with content:
        while piece := content.read(PIECE_BYTES if length is None else min(PIECE_BYTES, length)):
            yield piece
            if length is not None:
                length -= len(piece)


def _force_names(folder: Path) -> None:
    """Force a folder's own list of names to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
