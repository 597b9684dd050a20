"""The table of who gave a console account its rights, for how long, and by which link its owner sets a password."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, String, Table

from server.core.database.base import UtcTime, metadata
from server.people.tables import account

console_user = Table(
    "console_user",
    metadata,
    Column("account_id", ForeignKey(account.c.id), primary_key=True, autoincrement=False),
    # Who last gave the account its rights, or a link; whoever runs the server has no account.
    Column("given_by", ForeignKey(account.c.id), nullable=False),
    Column("given_at", UtcTime, nullable=False),
    # Its last day, in the district's time.
    Column("ends_on", Date),
    Column("link_hash", String(64), unique=True),
    Column("link_until", UtcTime),
    Column("link_used_at", UtcTime),
)


@dataclass(frozen=True, slots=True)
class ConsoleUser:
    """A console account that the district's administrators keep."""

    account_id: int
    given_by: int
    given_at: datetime
    ends_on: date | None
    link_hash: str | None
    link_until: datetime | None
    link_used_at: datetime | None
