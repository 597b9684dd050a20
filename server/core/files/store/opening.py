"""Which store the settings ask for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from server.core.files.store import FileStore
from server.core.files.store.folder import FolderStore


@dataclass(frozen=True, slots=True)
class FileSettings:
    """Where files are kept; an empty folder is one beside the database."""

    folder: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give it as a worker is told it."""
        return {"folder": self.folder}


def open_files(settings: FileSettings, database_url: str) -> FileStore:
    """Open the store: beside an SQLite file in ``NAME.files``, else in ``var/files``, unless a folder is named."""
    if settings.folder:
        return FolderStore(Path(settings.folder))
    address = make_url(database_url)
    beside = address.get_backend_name() == "sqlite" and address.database
    return FolderStore(Path(f"{address.database}.files" if beside else "var/files"))
