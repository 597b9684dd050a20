"""Absences of people: whoever plans and whoever lists people asks who is away."""

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table

from server.core.database.base import UtcTime, big_key, metadata

absence = Table(
    "absence",
    metadata,
    Column("id", big_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("entered_by", ForeignKey("account.id")),
    Column("entered_at", UtcTime, nullable=False),
    Column("withdrawn_at", UtcTime),
    Index("ix_absence_account_id_last_day", "account_id", "last_day"),
)
