"""Who asks for a list, as his account stands now; and whom a file shows who was erased since."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from server.core import audit
from server.core.access.roles import AccountStatus, Actor, Category, Role
from server.core.audit import audit_look, audit_row
from server.people.tables import account, erasure
from server.places.tables import district, school

TELEPHONES = "export.telephones"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a list: the account, its user name, and the time zone of its district."""

    actor: Actor
    username: str | None
    time_zone: str


def asker(connection: Connection, account_id: int) -> Asker | None:
    """Read who asks for a list."""
    query = (
        select(account, district.c.time_zone)
        .join(district, account.c.district_id == district.c.id)
        .where(account.c.id == account_id)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    actor = Actor(
        account_id=row["id"],
        role=Role(row["role"]),
        category=Category(row["category"]) if row["category"] else None,
        status=AccountStatus(row["status"]),
        district_id=row["district_id"],
        station_id=row["station_id"],
        school_id=row["school_id"],
        session_id=0,
        name=row["name"],
    )
    return Asker(actor, row["username"], row["time_zone"])


def row_of_looks(connection: Connection, actor_id: int, job_id: int, since: datetime) -> int | None:
    """Find the row of the audit log that tells of a job's telephones."""
    query = select(audit_row.c.id, audit_row.c.facts).where(
        audit_row.c.actor_id == actor_id, audit_row.c.act == TELEPHONES, audit_row.c.at >= since
    )
    found = (row.id for row in connection.execute(query) if row.facts.get("job_id") == job_id)
    return next(found, None)


def add_looks(connection: Connection, row_id: int, actor_id: int, account_ids: list[int]) -> None:
    """Let a row of the audit log be about some people more; those whom it is about already stay."""
    known = select(audit_look.c.account_id).where(
        audit_look.c.row_id == row_id, audit_look.c.account_id.in_(account_ids)
    )
    new = set(account_ids) - set(connection.execute(known).scalars())
    audit.add_looks(connection, row_id, actor_id, new)


def shows_erased(connection: Connection, row_id: int) -> bool:
    """Tell whether somebody whom a row of the audit log is about is erased, or is to be."""
    erased = exists().where(audit_look.c.row_id == row_id, audit_look.c.account_id == erasure.c.account_id)
    return bool(connection.execute(select(erased)).scalar())


def school_named(connection: Connection, school_id: int) -> str | None:
    """Give the name of a school."""
    name: str | None = connection.execute(select(school.c.name).where(school.c.id == school_id)).scalar()
    return name
