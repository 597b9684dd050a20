"""Which store the settings ask for."""

import stat
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from server.core.files.store import FileStore
from server.core.files.store.folder import FolderStore
from server.core.settings import BadSetting, ServerSettings


@dataclass(frozen=True, slots=True)
class FileSettings:
    """Where files are kept: in a bucket (``s3://BUCKET/PREFIX``), else a folder, else beside the database."""

    folder: str = ""
    bucket: str = ""
    endpoint: str = ""
    region: str = ""
    style: str = "path"
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)

    def as_json(self) -> dict[str, Any]:
        """Give it as a worker is told it, by its input: a list of processes would show the secret."""
        return asdict(self)


def files_of(settings: ServerSettings) -> FileSettings:
    """Gather what the settings say. Raises ``BadSetting`` where the file with the key cannot be used."""
    key, secret = settings.files_key, settings.files_secret
    if settings.files and settings.files_key_file:
        key, secret = _read_key(Path(settings.files_key_file))
    return FileSettings(
        folder=settings.files_folder,
        bucket=settings.files,
        endpoint=settings.files_endpoint,
        region=settings.files_region,
        style=settings.files_style,
        key=key,
        secret=secret,
    )


def open_files(settings: FileSettings, database_url: str) -> FileStore:
    """Open the store: a bucket, else a folder, else beside an SQLite file in ``NAME.files``, else in ``var/files``."""
    if settings.bucket:
        # Who keeps files in a folder neither waits for it nor keeps it in memory.
        from server.core.files.store.s3 import Access, S3Store  # noqa: PLC0415

        bucket, _, prefix = settings.bucket.removeprefix("s3://").partition("/")
        access = Access(
            endpoint=settings.endpoint,
            region=settings.region,
            style=settings.style,
            key=settings.key,
            secret=settings.secret,
        )
        return S3Store(access, bucket, prefix.strip("/"))
    if settings.folder:
        return FolderStore(Path(settings.folder))
    address = make_url(database_url)
    beside = address.get_backend_name() == "sqlite" and address.database
    return FolderStore(Path(f"{address.database}.files" if beside else "var/files"))


def _read_key(path: Path) -> tuple[str, str]:
    """Read a file with two lines, the key and its secret, that its owner alone may read."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        lines = path.read_text().split()
    except (OSError, UnicodeDecodeError) as why:
        said = getattr(why, "strerror", None) or "no text"
        raise BadSetting(f"HUXUE_FILES_KEY_FILE={path} cannot be read: {said}.") from None
    if mode & 0o077:
        raise BadSetting(
            f"HUXUE_FILES_KEY_FILE={path} may be read by others (mode {mode:04o}). Run: chmod 600 {path}"
        )
    if len(lines) != 2:
        raise BadSetting(f"HUXUE_FILES_KEY_FILE={path} must have two lines: the key and its secret.")
    return lines[0], lines[1]
