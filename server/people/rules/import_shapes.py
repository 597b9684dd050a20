"""What routes about lists of guards tell: their keys, as they go over the wire."""

from collections.abc import Mapping
from typing import TypedDict


class GuardImportView(TypedDict):
    """A list as its sender sees it: how far it is, and what its rows would do."""

    id: int
    called: str
    state: str
    counts: Mapping[str, int]
    asked_at: str
    expires_at: str
    job: object


class GuardImports(TypedDict):
    """The newest lists of the caller."""

    items: list[GuardImportView]


class ImportRowView(TypedDict):
    """A row of a list: who, where it stands, what becomes another, and what is wrong."""

    place: int
    verdict: str
    sheet: str
    row: int
    name: str
    phone_masked: str | None
    category: str | None
    was_name: str | None
    was_category: str | None
    moved: bool
    faults: list[Mapping[str, str]]


class ImportRows(TypedDict):
    """A page of rows, and the cursor of the next one."""

    items: list[ImportRowView]
    next: int | None
