"""The keys of a process: read from a file or from the environment, and again where one of them is not known."""

import logging
import os
import stat
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from server.core.database.sealing.keys import Key, Suite, new_key, read_key
from server.core.settings import ServerSettings

logger = logging.getLogger("huxue.keys")

MAKE_ONE = "Make one: flask --app wsgi keys make PATH"
# How often a key that is not known makes the file be read again, at most.
AGAIN_AFTER_S = 1.0


class KeyFault(Exception):
    """Keys that cannot be used; its text says in a sentence what to do."""


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where the keys come from: the text of the environment, else a file, which a demo makes by itself."""

    text: str = ""
    path: str = ""
    makes: bool = False
    suite: Suite = Suite.AES

    def read(self) -> list[Key]:
        """Read the keys, the newest last. Raises ``KeyFault``."""
        if self.text:
            return _keys(self.text.replace(";", "\n"), "HUXUE_KEYS")
        if not self.path:
            raise KeyFault(
                f"HUXUE_KEY_FILE is required outside demo mode: telephones are sealed with it. {MAKE_ONE}"
            )
        if self.makes and not Path(self.path).exists():
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            # Another process of the same demo may be first.
            with suppress(FileExistsError):
                _make(self.path, new_key(self.suite))
        return read_file(self.path)


class KeyRing:
    """The keys that a process knows; read when they are first needed."""

    def __init__(self, source: KeySource) -> None:
        self.source = source
        self._keys: dict[str, Key] | None = None
        self._read_at = float("-inf")
        self._reading = threading.Lock()

    def load(self) -> None:
        """Read the keys; raises ``KeyFault``."""
        with self._reading:
            keys = self.source.read()
            self._keys, self._read_at = {one.id: one for one in keys}, time.monotonic()

    @property
    def keys(self) -> dict[str, Key]:
        """Give all keys by their ids, the newest last. Raises ``KeyFault`` where they cannot be read."""
        if self._keys is None:
            self.load()
        return self._keys or {}

    @property
    def newest(self) -> Key:
        """Give the key that was added last. Raises ``KeyFault``."""
        return list(self.keys.values())[-1]

    def find(self, key_id: str) -> Key | None:
        """Give a key; where it is not known yet, the file is read again. Never raises: a number is missing then."""
        try:
            if key_id not in self.keys and time.monotonic() - self._read_at > AGAIN_AFTER_S:
                self.load()
            return self.keys.get(key_id)
        except KeyFault as why:
            self._read_at = time.monotonic()
            logger.error("keys: %s", why)
            return (self._keys or {}).get(key_id)


def read_file(path: str) -> list[Key]:
    """Read a key file, one key a line. Raises ``KeyFault``, also where others than its owner may read it."""
    try:
        mode = stat.S_IMODE(Path(path).stat().st_mode)
        content = Path(path).read_text()
    except (OSError, UnicodeDecodeError) as why:
        said = getattr(why, "strerror", None) or "no text"
        raise KeyFault(f"the key file {path} cannot be read: {said}. {MAKE_ONE}") from why
    if mode & 0o077:
        raise KeyFault(f"the key file {path} may be read by others (mode {mode:04o}). Run: chmod 600 {path}")
    return _keys(content, f"the key file {path}")


def make_file(path: str, suite: Suite) -> Key:
    """Make a key file with one new key, for its owner alone. Raises ``KeyFault``, also where there is one already."""
    key = new_key(suite)
    try:
        _make(path, key)
    except OSError as why:
        raise KeyFault(f"the key file {path} cannot be made: {why.strerror}.") from why
    return key


def _make(path: str, key: Key) -> None:
    """Make a key file at once as a whole, never in the place of another."""
    beside = f"{path}.{key.id}"
    _write(beside, [key])
    try:
        os.link(beside, path)
    finally:
        Path(beside).unlink()


def _write(path: str, keys: Iterable[Key]) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w") as file:
        file.writelines(f"{one.line}\n" for one in keys)
        file.flush()
        os.fsync(file.fileno())


def add_to_file(path: str, suite: Suite) -> Key:
    """Add a new key to a key file, as a whole or not at all. Raises ``KeyFault``."""
    key, before = new_key(suite), read_file(path)
    beside = f"{path}.{key.id}"
    try:
        _write(beside, (*before, key))
        owner = Path(path).stat()
        if (owner.st_uid, owner.st_gid) != (os.getuid(), os.getgid()):
            os.chown(beside, owner.st_uid, owner.st_gid)
        Path(beside).replace(path)
    except OSError as why:
        raise KeyFault(f"the key file {path} cannot be written: {why.strerror}.") from why
    return key


def source_of(settings: ServerSettings) -> KeySource:
    """Give where a server's keys come from by its settings."""
    suite = Suite(settings.ciphers)
    if settings.keys or settings.key_file:
        return KeySource(settings.keys, settings.key_file, makes=settings.demo, suite=suite)
    return of_demo(settings.database_url, suite) if settings.demo else KeySource(suite=suite)


def of_demo(database_url: str, suite: Suite = Suite.AES) -> KeySource:
    """Give where a demo keeps its keys: beside its SQLite file, else in ``var``; made when there are none."""
    address = make_url(database_url)
    beside = address.database if address.get_backend_name() == "sqlite" else f"var/{address.database}"
    return KeySource(path=f"{beside}.keys", makes=True, suite=suite)


def _keys(text: str, named: str) -> list[Key]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        found = [read_key(line) for line in lines]
    except ValueError as why:
        raise KeyFault(f"{named} holds a line that is no key. {MAKE_ONE}") from why
    if not found:
        raise KeyFault(f"{named} holds no key. {MAKE_ONE}")
    return found
