"""The tables of long work and of the files that are kept of it, and their rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table

from server.core.database.base import UtcTime, big_key, metadata

job = Table(
    "job",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("kind", String(40), nullable=False),
    # Whose it is: he alone sees it. None: the server's own.
    Column("account_id", BigInteger),
    # Where he hears how far it is.
    Column("room", String(40)),
    # What an export is for, in the words of whoever asked.
    Column("purpose", String(200)),
    Column("parameters", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("done", Integer, nullable=False),
    # None until it is known.
    Column("total", Integer),
    Column("asked_at", UtcTime, nullable=False, index=True),
    Column("started_at", UtcTime),
    Column("heartbeat_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("cancel_asked_at", UtcTime),
    Column("worker", String(40)),
    Column("tries", Integer, nullable=False),
    Column("reason", String(60)),
    Index("ix_job_state_id", "state", "id"),
    Index("ix_job_account_id_id", "account_id", "id"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of long work; what the columns mean stands in the table."""

    id: int
    kind: str
    account_id: int | None
    room: str | None
    purpose: str | None
    parameters: Mapping[str, object]
    state: str
    done: int
    total: int | None
    asked_at: datetime
    started_at: datetime | None
    heartbeat_at: datetime | None
    ended_at: datetime | None
    cancel_asked_at: datetime | None
    worker: str | None
    tries: int
    reason: str | None


stored_file = Table(
    "stored_file",
    metadata,
    Column("id", big_key(), primary_key=True),
    # Its name in the store: random, so that nobody guesses one.
    Column("name", String(64), nullable=False, unique=True),
    # Who may have it. None: nobody by a download of his own.
    Column("account_id", BigInteger, index=True),
    Column("job_id", BigInteger, index=True),
    Column("content_type", String(60), nullable=False),
    Column("called", String(120), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    # None while it is being written; what never was finished is swept away with its age.
    Column("whole_at", UtcTime),
    Column("expires_at", UtcTime, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: its name there, what it is called for people, whose it is and until when."""

    id: int
    name: str
    account_id: int | None
    job_id: int | None
    content_type: str
    called: str
    bytes: int
    made_at: datetime
    whole_at: datetime | None
    expires_at: datetime
