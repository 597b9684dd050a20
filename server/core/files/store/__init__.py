"""Where made files are kept: a folder, or a service that speaks S3."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

PIECE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in a store, and since when."""

    name: str
    since: datetime


class NotKept(Exception):
    """A file that cannot be written or read now; its text says why, never what is in it."""


class FileStore(Protocol):
    """A place for files under random names. Each method raises ``NotKept``."""

    def put(self, name: str, content: IO[bytes]) -> int:
        """Keep the content, whole or not at all; give its length."""

    def read(self, name: str) -> Iterator[bytes]:
        """Give the content in pieces; ``NotKept`` before the first one where there is none."""

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is fine."""

    def names(self) -> Iterator[Kept]:
        """List what lies there."""


def random_name() -> str:
    """Make a name that nobody guesses."""
    return secrets.token_hex(24)
