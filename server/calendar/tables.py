"""Tables of the calendar."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from server.core.database.base import big_key, metadata
from server.core.database.kept_rows import feeds
from server.core.database.sealing import telephones

# The rosters that each process keeps, by post and peak.
KEPT_ROSTER = "roster"

roster = Table(
    "roster",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("account_id", ForeignKey("account.id")),
    # In clear, for programs before release 4 alone.
    Column("phone", String(20), index=True),
    *telephones.columns("roster.phone", index="plain"),
    Column("name", String(60), nullable=False),
    Column("category", String(20), nullable=False),
    Column("peak", String(30), nullable=False),
    Column("weekdays", Integer, nullable=False),
    UniqueConstraint("post_id", "phone", "peak"),
    UniqueConstraint("post_id", "phone_index", "peak"),
    Index("ix_roster_post_id_peak", "post_id", "peak"),
    Index("ix_roster_account_id", "account_id"),
    info=feeds(KEPT_ROSTER),
)
