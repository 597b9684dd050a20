"""Tables of lists of guards that a console brings in, and of those who are on a list and have not come yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from server.core.database.base import UtcTime, big_key, metadata
from server.core.database.sealing import telephones
from server.core.database.sealing.telephones import SealedTelephone

guard_import = Table(
    "guard_import",
    metadata,
    Column("id", big_key(), primary_key=True),
    # Whose it is: he alone sees it.
    Column("account_id", BigInteger, nullable=False, index=True),
    Column("district_id", ForeignKey("district.id"), nullable=False),
    # The school whose list it is, whatever the file says; None: the whole district's.
    Column("school_id", Integer),
    # What the file is called, and its name in the store.
    Column("called", String(120), nullable=False),
    Column("file", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    # The job that reads it, then the one that takes it over.
    Column("job_id", BigInteger),
    Column("counts", JSON, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("expires_at", UtcTime, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class GuardImport:
    """A list that was sent; ``counts`` are its rows by what became of them."""

    id: int
    account_id: int
    district_id: int
    school_id: int | None
    called: str
    file: str
    state: str
    job_id: int | None
    counts: Mapping[str, int]
    asked_at: datetime
    ended_at: datetime | None
    expires_at: datetime


guard_import_row = Table(
    "guard_import_row",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("import_id", ForeignKey("guard_import.id"), nullable=False),
    # Its number among the rows of the file, from 1.
    Column("place", Integer, nullable=False),
    Column("verdict", String(10), nullable=False),
    # Where it stands: the sheet, and the row as people see it.
    Column("sheet", String(60), nullable=False),
    Column("row", Integer, nullable=False),
    Column("name", String(60), nullable=False),
    Column("category", String(20)),
    Column("phone", String(20)),
    *telephones.columns("guard_import_row.phone", index="plain"),
    Column("school_id", Integer),
    Column("station_id", Integer),
    # Whom it changes, how he stood when it was read, and what becomes another.
    Column("account_id", BigInteger, index=True),
    Column("was", JSON, nullable=False),
    Column("faults", JSON, nullable=False),
    Column("applied_at", UtcTime),
    UniqueConstraint("import_id", "place"),
    Index("ix_guard_import_row_import_id_verdict_place", "import_id", "verdict", "place"),
)


@dataclass(frozen=True, slots=True)
class GuardImportRow:
    """A row of a list as it was read, and what became of it; telephones of faults are not kept."""

    id: int
    import_id: int
    place: int
    verdict: str
    sheet: str
    row: int
    name: str
    category: str | None
    phone: str | None
    phone_sealed: SealedTelephone | None
    phone_index: str | None
    school_id: int | None
    station_id: int | None
    account_id: int | None
    was: Mapping[str, str | int | None]
    faults: list[Mapping[str, str]]
    applied_at: datetime | None

    @property
    def telephone(self) -> str | None:
        """Give the number; ``None`` without one, or where it cannot be opened."""
        return telephones.number(self.phone, self.phone_sealed)


# Who is on a list that was brought in, until he comes himself and agrees.
enrolment = Table(
    "enrolment",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("by", ForeignKey("account.id")),
    Column("at", UtcTime, nullable=False),
)
