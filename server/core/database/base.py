"""What every table is made of: the metadata, aware times, the names of constraints."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def require_zone(time: datetime) -> None:
    """Raise ``ValueError`` for a naive time."""
    if time.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")


def microseconds(time: datetime) -> int:
    """Give a time as SQLite keeps it: microseconds since 1970."""
    return (time - BEGIN) // MICROSECOND


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC: ``timestamptz`` on PostgreSQL, microseconds since 1970 on SQLite.

    SQLite has no time type, and text would sort wrongly at different precisions.
    A naive time is refused with ``ValueError``.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the database at hand."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn an aware time into what the database keeps."""
        if value is None:
            return None
        require_zone(value)
        return microseconds(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what the database keeps into an aware time in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return BEGIN + timedelta(microseconds=value)
        time: datetime = value
        return time.astimezone(UTC)


def big_key() -> TypeEngine[int]:
    """Make the type of a table's number: 64 bits, which SQLite spells INTEGER to count upwards by itself."""
    return BigInteger().with_variant(Integer(), "sqlite")
