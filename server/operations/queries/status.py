"""What the database knows of how the server does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, func, select, text

from server.core.audit import audit_row
from server.core.database.schema_state import write_probe
from server.core.jobs.rules import JobState
from server.core.jobs.tables import job
from server.delivery.queries.messages import UNDONE
from server.delivery.tables import message
from server.operations.rules.status import Waiting
from server.people.queries import console_accounts, second_factors

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Steps:
    """How many open console accounts there are, and how many of them are asked for a second step."""

    accounts: int
    having: int


def second_steps(connection: Connection, district_id: int) -> Steps:
    """Count the open console accounts of a district, and those with a second step."""
    numbers = [one.id for one in console_accounts.open_ones(connection, district_id)]
    return Steps(len(numbers), len(second_factors.having(connection, numbers)))


def size_bytes(connection: Connection) -> int | None:
    """Read how large the database is."""
    if connection.dialect.name == "postgresql":
        found: int = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        return found
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    length = connection.execute(text("PRAGMA page_size")).scalar_one()
    return int(pages) * int(length)


def auditor_wrote_at(connection: Connection) -> datetime | None:
    """Read when the auditor last tried to write; ``None``: it never ran."""
    query = select(write_probe.c.at).where(write_probe.c.name == "auditor")
    return connection.execute(query).scalar()


def messages_waiting(connection: Connection, now: datetime, *, of_alarms: bool) -> Waiting:
    """Read the messages that are due and have not left."""
    of = message.c.alarm_id.is_not(None) if of_alarms else message.c.alarm_id.is_(None)
    due = (message.c.state.in_(UNDONE), message.c.due_at <= now, of)
    return _waiting(connection, message, message.c.due_at, due, now)


def jobs_waiting(connection: Connection, now: datetime) -> Waiting:
    """Read the long work that nobody has begun."""
    return _waiting(connection, job, job.c.asked_at, (job.c.state == JobState.WAITING.value,), now)


def _waiting(
    connection: Connection,
    of: Table,
    since: ColumnElement[datetime],
    which: tuple[ColumnElement[bool], ...],
    now: datetime,
) -> Waiting:
    query = select(func.count(), func.min(since)).select_from(of).where(*which)
    number, oldest = connection.execute(query).one()
    return Waiting(number, max(0, round((now - oldest).total_seconds())) if oldest else 0)


def jobs_failed(connection: Connection, since: datetime) -> int:
    """Count the long work that failed."""
    query = select(func.count()).where(job.c.state == JobState.FAILED.value, job.c.ended_at >= since)
    return connection.execute(query).scalar_one()


def acts(connection: Connection, act: str, since: datetime) -> int:
    """Count the audit rows of an act."""
    return connection.execute(
        select(func.count()).where(audit_row.c.act == act, audit_row.c.at >= since)
    ).scalar_one()
