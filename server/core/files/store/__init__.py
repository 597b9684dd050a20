"""Where made files are kept: a folder, or a service that speaks S3."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO, Protocol

PIECE_BYTES = 64 * 1024
NAME_BYTES = 24
_NAME = re.compile(rf"[0-9a-f]{{{2 * NAME_BYTES}}}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in a store, and since when."""

    name: str
    since: datetime


class NotKept(Exception):
    """A file that cannot be written or read now; its text says why, never what is in it."""


class NotThere(NotKept):
    """There is no file of that name."""


class StoreAway(NotKept):
    """The whole store cannot be used now: any other file would fare alike."""


class FileStore(Protocol):
    """A place for files under random names. Each method raises ``NotKept``, after a minute or two at most.

    ``holds_up``: writing waits for a disk, and neighbours of an engine meanwhile.
    """

    holds_up: bool

    def put(self, name: str, content: IO[bytes]) -> int:
        """Keep the content, whole or not at all; give its length."""

    def read(self, name: str, first: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Give the content in pieces, all or so many bytes from one on; ``NotThere`` before the first one.

        What is given has a ``close``, for whoever leaves before its end.
        """

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is fine."""

    def names(self) -> Iterator[Kept]:
        """List what lies there."""


def random_name() -> str:
    """Make a name that nobody guesses."""
    return secrets.token_hex(NAME_BYTES)


def is_name(text: str) -> bool:
    """Tell whether a text is one that ``random_name`` may have made: no path, and no other program's file."""
    return _NAME.fullmatch(text) is not None


def try_out(files: FileStore) -> None:
    """Write a small file, read it, list what lies there, delete it. Raises ``NotKept``."""
    name, content = random_name(), secrets.token_bytes(64)
    files.put(name, BytesIO(content))
    if b"".join(files.read(name)) != content:
        raise StoreAway("it gives back something else than it was given")
    if not any(one.name == name for one in files.names()):
        raise StoreAway("it does not list what lies there")
    files.delete(name)
