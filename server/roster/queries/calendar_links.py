"""The link under which a guard's own calendar reads his duties: one each, known by its hash alone."""

from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_urlsafe

from sqlalchemy import Connection, delete, select, update

from server.core.access.roles import AccountStatus, Role
from server.core.database.upsert import Upsert
from server.people.queries.sessions import hashed
from server.people.tables import account
from server.roster.tables import CalendarLink, calendar_link

# 192 bits, in 32 characters: far beyond guessing.
TOKEN_BYTES = 24

_put = Upsert(calendar_link, keys=["account_id"], take=["token_hash", "language", "made_at", "last_read_on"])


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose duties a link shows, in which language, and when somebody last read it."""

    account_id: int
    language: str
    last_read_on: date | None


def of_account(connection: Connection, account_id: int) -> CalendarLink | None:
    """Read the link of an account."""
    query = select(calendar_link).where(calendar_link.c.account_id == account_id)
    row = connection.execute(query).mappings().first()
    return CalendarLink(**row) if row else None


def make(connection: Connection, account_id: int, *, language: str, now: datetime) -> str:
    """Make a link in place of the one that there is, and give what stands in its address."""
    token = token_urlsafe(TOKEN_BYTES)
    row = {"account_id": account_id, "token_hash": hashed(token), "language": language}
    _put.run(connection, {**row, "made_at": now, "last_read_on": None})
    return token


def revoke(connection: Connection, account_id: int) -> bool:
    """Take the link of an account back; tells whether there was one."""
    gone = connection.execute(delete(calendar_link).where(calendar_link.c.account_id == account_id))
    return gone.rowcount > 0


def by_token(connection: Connection, token: str) -> Reader | None:
    """Find whose link this is; ``None`` for one that is no more, and for whoever is suspended or closed."""
    query = (
        select(calendar_link.c.account_id, calendar_link.c.language, calendar_link.c.last_read_on)
        .join(account, calendar_link.c.account_id == account.c.id)
        .where(
            calendar_link.c.token_hash == hashed(token),
            account.c.role == Role.GUARD.value,
            account.c.status != AccountStatus.SUSPENDED.value,
        )
    )
    row = connection.execute(query).mappings().first()
    return Reader(**row) if row else None


def note_read(connection: Connection, account_id: int, on: date) -> None:
    """Note on which day somebody last read a link."""
    his = calendar_link.c.account_id == account_id
    connection.execute(update(calendar_link).where(his).values(last_read_on=on))
