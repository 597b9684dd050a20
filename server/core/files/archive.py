"""Looking into a zip archive before anything opens it: bombs and entity tricks are refused unread."""

import zipfile
from io import BytesIO
from typing import IO

from server.core.refused import Refused

MAX_ENTRIES = 500
MAX_ENTRY_BYTES = 160 * 2**20
MAX_TOTAL_BYTES = 256 * 2**20
# Real sheets shrink 10 to 50 times; zlib's own limit, which bombs come near, is 1,030.
MAX_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 2**20
_CHUNK_BYTES = 2**20
# A document type is the only way to define an entity, and no spreadsheet program writes one.
_DOCUMENT_TYPE = b"<!DOCTYPE"


def check_archive(content: bytes) -> None:
    """Refuse a zip archive that could harm by being unpacked; read no entry beyond its declared size.

    Python's ``zipfile`` never gives more than the declared size, so the declared sizes are what is capped.
    Raises ``Refused``: ``file_broken``, ``file_unsafe`` (reason: entries, size, ratio, entity, encrypted).
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_sizes(entries)
            for entry in entries:
                if not entry.is_dir():
                    with archive.open(entry) as stream:
                        _check_entities(stream)
    except Refused:
        raise
    except Exception as broken:  # whatever zipfile or zlib says about bytes of a stranger
        raise Refused("file_broken") from broken


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Refused("file_unsafe", reason="entries", limit=MAX_ENTRIES)
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise Refused("file_unsafe", reason="size", limit=MAX_TOTAL_BYTES)
    for entry in entries:
        if entry.flag_bits & 1:
            raise Refused("file_unsafe", reason="encrypted")
        if entry.file_size > MAX_ENTRY_BYTES:
            raise Refused("file_unsafe", reason="size", limit=MAX_ENTRY_BYTES)
        if entry.file_size > RATIO_COUNTS_FROM_BYTES and entry.file_size > entry.compress_size * MAX_RATIO:
            raise Refused("file_unsafe", reason="ratio", limit=MAX_RATIO)


def _check_entities(stream: IO[bytes]) -> None:
    tail = b""
    while chunk := stream.read(_CHUNK_BYTES):
        # Without its NULs UTF-16 looks like ASCII.
        window = tail + chunk.replace(b"\x00", b"")
        if _DOCUMENT_TYPE in window:
            raise Refused("file_unsafe", reason="entity")
        tail = window[-len(_DOCUMENT_TYPE) :]
