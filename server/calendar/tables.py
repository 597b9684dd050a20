"""Tables of the calendar."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    select,
    update,
)
from server.calendar.rules import Shift
from server.core.database.base import big_key, metadata
from server.people.tables import (account)
from server.people.queries.waiting import waits
from server.places.tables import (post)


roster = Table(
    "roster",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("account_id", ForeignKey("account.id")),
    Column("phone", String(20), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("category", String(20), nullable=False),
    Column("peak", String(30), nullable=False),
    Column("weekdays", Integer, nullable=False),
    UniqueConstraint("post_id", "phone", "peak"),
    Index("ix_roster_post_id_peak", "post_id", "peak"),
    Index("ix_roster_account_id", "account_id"),
)
