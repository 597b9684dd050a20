"""One-time codes and registration tickets: how a phone number proves whose it is. Tables: ``sessions``."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection, case, insert, select, update

from server.core.database.sealing import telephones
from server.people.queries.sessions import hashed
from server.people.tables import sign_in_code, ticket


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a try: the phone number when the code was right, else the tries left.

    Both are ``None`` when there was nothing to try: unknown, used, too old or tried too often. ``number`` is whose
    code was tried, ``device_id`` the known device that had asked for it.
    """

    phone: str | None
    tries_left: int | None
    number: str | None = None
    device_id: str | None = None
    code_id: int | None = None


def keep_code(
    connection: Connection,
    *,
    request: str,
    phone: str,
    code: str,
    tries: int,
    now: datetime,
    expires_at: datetime,
    device_id: str | None = None,
) -> None:
    """Keep a code under the request that asked for it.

    Its hash is salted with the request, whose 256 bits the database does not hold: six digits alone
    could be tried out by whoever reads the table.
    """
    connection.execute(
        insert(sign_in_code).values(
            request_hash=hashed(request),
            **telephones.written(connection, sign_in_code, phone),
            code_hash=hashed(request + code),
            created_at=now,
            expires_at=expires_at,
            tries_left=tries,
            used=False,
            device_id=device_id,
        )
    )


def try_code(connection: Connection, *, request: str, code: str, now: datetime) -> Tried:
    """Spend one try on a code. The caller commits whatever came of it, or the try would not count.

    The try is taken before the code is compared, in one statement: a hundred at once get five.
    """
    row = connection.execute(
        update(sign_in_code)
        .where(
            sign_in_code.c.request_hash == hashed(request),
            sign_in_code.c.tries_left > 0,
            sign_in_code.c.used.is_(False),
            sign_in_code.c.expires_at > now,
        )
        .values(tries_left=sign_in_code.c.tries_left - 1)
        .returning(
            sign_in_code.c.id,
            sign_in_code.c.phone,
            sign_in_code.c.phone_sealed,
            sign_in_code.c.code_hash,
            sign_in_code.c.tries_left,
            sign_in_code.c.device_id,
        )
    ).first()
    number = telephones.number(row.phone, row.phone_sealed) if row else None
    if row is None or number is None:
        return Tried(None, None)
    if not compare_digest(row.code_hash, hashed(request + code)):
        return Tried(None, row.tries_left, number, row.device_id, row.id)
    connection.execute(update(sign_in_code).where(sign_in_code.c.id == row.id).values(used=True))
    return Tried(number, None, number, row.device_id, row.id)


def spend_tries(connection: Connection, tried: Tried, *, now: datetime) -> None:
    """Leave no try to a code, and one to each other code that its number has of the same allowance."""
    assert tried.number is not None
    code = sign_in_code.c
    same = telephones.is_number(connection, sign_in_code, tried.number)
    mine = code.device_id.is_(None) if tried.device_id is None else code.device_id == tried.device_id
    connection.execute(
        update(sign_in_code)
        .where(same, mine, code.expires_at > now, code.tries_left > 0)
        .values(tries_left=case((code.id == tried.code_id, 0), else_=1))
    )


def keep_ticket(connection: Connection, *, token: str, phone: str, expires_at: datetime) -> None:
    """Keep a ticket that lets a phone number register once."""
    connection.execute(
        insert(ticket).values(
            token_hash=hashed(token),
            **telephones.written(connection, ticket, phone),
            expires_at=expires_at,
            used=False,
        )
    )


def use_ticket(connection: Connection, *, token: str, now: datetime) -> tuple[str, bool] | None:
    """Use a ticket up; gives its phone number and whether this was its first use.

    ``None``: unknown or too old. A second use is only good for the answer to the first, sent again.
    """
    mine: Any = ticket.c.token_hash == hashed(token)
    first = connection.execute(
        update(ticket)
        .where(mine, ticket.c.used.is_(False), ticket.c.expires_at > now)
        .values(used=True)
        .returning(ticket.c.phone, ticket.c.phone_sealed)
    ).first()
    again = select(ticket.c.phone, ticket.c.phone_sealed).where(mine, ticket.c.expires_at > now)
    row = first or connection.execute(again).first()
    phone = telephones.number(row.phone, row.phone_sealed) if row else None
    return (phone, first is not None) if phone is not None else None
