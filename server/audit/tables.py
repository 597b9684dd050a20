"""Tables of the audit log's seals; its rows are core's."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from server.core.database.base import UtcTime, metadata

audit_seal = Table(
    "audit_seal",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("last_id", BigInteger, nullable=False, unique=True),
    Column("rows", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
)
