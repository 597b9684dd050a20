"""Sessions, one-time codes and registration tickets. Tokens and codes are kept only as hashes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    func,
    insert,
    select,
    type_coerce,
    update,
)

from server.core.access.roles import AccountStatus, Actor, Category, Role
from server.core.access.rooms import room_of
from server.core.access.sessions import Session
from server.core.database.base import UtcTime
from server.core.database.transaction import Transaction
from server.people.queries import account_uses
from server.people.rules.caller import Caller
from server.people.rules.sign_in import SignInLimits
from server.people.rules.sign_in_places import browser_of, network_of
from server.people.tables import account, session


def hashed(token: str) -> str:
    """Hash an opaque random token (it needs no salt: it has 256 bits of its own)."""
    return sha256(token.encode()).hexdigest()


_with_account = select(
    session.c.id,
    session.c.csrf_token,
    session.c.expires_at,
    session.c.ended_at,
    session.c.device_id,
    type_coerce(
        case(
            (account.c.password_hash.is_not(None), func.coalesce(session.c.proved_at, session.c.created_at))
        ),
        UtcTime,
    ).label("proved_at"),
    account.c.id.label("account_id"),
    account.c.role,
    account.c.category,
    account.c.status,
    account.c.district_id,
    account.c.station_id,
    account.c.school_id,
    account.c.name,
).join(account, session.c.account_id == account.c.id)
_by_token = _with_account.where(session.c.token_hash == bindparam("token_hash"))


def by_token(connection: Connection, token: str) -> Session | None:
    """Read a session, ended or not, with what decides its account's rights."""
    row = connection.execute(_by_token, {"token_hash": hashed(token)}).mappings().first()
    if row is None:
        return None
    return Session(actor_of(row), row["csrf_token"], row["expires_at"], row["ended_at"], row["proved_at"])


def actor_of(row: Mapping[Any, Any]) -> Actor:
    """Make the actor of a session's row."""
    return Actor(
        account_id=row["account_id"],
        role=Role(row["role"]),
        category=Category(row["category"]) if row["category"] else None,
        status=AccountStatus(row["status"]),
        district_id=row["district_id"],
        station_id=row["station_id"],
        school_id=row["school_id"],
        session_id=row["id"],
        name=row["name"],
    )


def rooms(connection: Connection, session_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Give for each of some sessions the room that its account's role and scope allow; none for ended ones."""
    query = _with_account.where(
        session.c.id.in_(session_ids), session.c.ended_at.is_(None), session.c.expires_at > now
    )
    return {row["id"]: room_of(actor_of(row)) for row in connection.execute(query).mappings()}


def csrf_token_of(connection: Connection, session_id: int) -> str:
    """Read the CSRF token of a session that is known to exist."""
    token: str = connection.execute(
        select(session.c.csrf_token).where(session.c.id == session_id)
    ).scalar_one()
    return token


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session. Its token exists here and in the cookie alone."""

    session_id: int
    account_id: int
    token: str
    csrf_token: str
    expires_at: datetime


def open_session(
    transaction: Transaction,
    *,
    account_id: int,
    role: str,
    caller: Caller,
    limits: SignInLimits,
) -> Opened:
    """Open a session under a new token, and end the one whose token the browser brought along.

    A guard has one active duty device: the older sessions of the account end. Consoles may be many.
    """
    connection, now = transaction.connection, transaction.now
    # Two sign-ins at once would each miss the other's session, so the second waits for the account's row.
    connection.execute(select(account.c.id).where(account.c.id == account_id).with_for_update(key_share=True))
    account_uses.note(connection, account_id, now)
    if role == Role.GUARD:
        end_all(transaction, account_id)
    if caller.token is not None:
        end_by(transaction, session.c.token_hash == hashed(caller.token))
    token, csrf_token = token_urlsafe(32), token_urlsafe(32)
    expires_at = now + (limits.guard_session if role == Role.GUARD else limits.console_session)
    session_id: int = connection.execute(
        insert(session)
        .values(
            token_hash=hashed(token),
            csrf_token=csrf_token,
            account_id=account_id,
            created_at=now,
            expires_at=expires_at,
            device_id=caller.device_id,
            browser=browser_of(caller.user_agent),
            network=network_of(caller.address),
        )
        .returning(session.c.id)
    ).scalar_one()
    return Opened(session_id, account_id, token, csrf_token, expires_at)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that has not ended, and where it was opened."""

    id: int
    created_at: datetime
    expires_at: datetime
    browser: str | None
    network: str | None


def open_of(connection: Connection, account_id: int, now: datetime) -> list[OpenSession]:
    """Read an account's sessions that have not ended, the newest first."""
    query = (
        select(*(session.c[one.name] for one in fields(OpenSession)))
        .where(session.c.account_id == account_id, session.c.ended_at.is_(None), session.c.expires_at > now)
        .order_by(session.c.id.desc())
    )
    return [OpenSession(**row) for row in connection.execute(query).mappings()]


def prove(connection: Connection, session_id: int, now: datetime) -> None:
    """Note that a session's owner proved who he is; the processes read it anew."""
    connection.execute(update(session).where(session.c.id == session_id).values(proved_at=now))


def end_these(transaction: Transaction, session_ids: Collection[int]) -> None:
    """End some sessions."""
    end_by(transaction, session.c.id.in_(session_ids))


def end_all(transaction: Transaction, account_id: int) -> None:
    """End all sessions of an account, and let each hub close their sockets."""
    end_by(transaction, session.c.account_id == account_id)


def end_by(transaction: Transaction, which: ColumnElement[bool]) -> None:
    """End the sessions that meet a condition and have not ended; told to the hubs, to no room."""
    ended = transaction.connection.execute(
        update(session)
        .where(which, session.c.ended_at.is_(None))
        .values(ended_at=transaction.now)
        .returning(session.c.id)
    ).scalars()
    for session_id in sorted(ended):
        transaction.publish("session.ended", {"session_id": session_id}, ())
