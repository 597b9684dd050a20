"""Tables of the audit log's seals; its rows are core's."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, func, insert, or_, select
from server.audit.rules import START, LogGap, Row, Seal, SealFault, fault_of, gap_of_log, seal
from server.core.audit import audit_row
from server.core.database.base import UtcTime, metadata
from server.people.tables import (account)


audit_seal = Table(
    "audit_seal",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("last_id", BigInteger, nullable=False, unique=True),
    Column("rows", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
)
