"""Who is to be erased, and what of him is blanked here."""

from datetime import datetime

from sqlalchemy import Connection, Text, cast, delete, insert, or_, select, tuple_, update

from server.core import json_text
from server.core.database.requests import request
from server.core.database.sealing import telephones
from server.people.queries import imports
from server.people.tables import account, account_use, consent, erasure, session, sign_in_code, ticket

# What stands where a name stood: the column takes no NULL, and a dash is read in every language.
NOBODY = "—"
# Stored answers that are looked through at once.
ANSWERS_AT_ONCE = 500

Answer = tuple[int, str]


def ask(connection: Connection, account_id: int, *, by: int | None, now: datetime) -> None:
    """Write down that a person is to be erased."""
    connection.execute(insert(erasure).values(account_id=account_id, asked_at=now, by=by))


def is_asked(connection: Connection, account_id: int) -> bool:
    """Tell whether a person is to be erased, or was."""
    return (
        connection.execute(select(erasure.c.account_id).where(erasure.c.account_id == account_id)).first()
        is not None
    )


def done(connection: Connection, account_id: int, now: datetime) -> None:
    """Note that a person is erased."""
    connection.execute(update(erasure).where(erasure.c.account_id == account_id).values(done_at=now))


def undone(connection: Connection) -> list[int]:
    """Read who is still to be erased."""
    query = select(erasure.c.account_id).where(erasure.c.done_at.is_(None)).order_by(erasure.c.account_id)
    return list(connection.execute(query).scalars())


def blank(connection: Connection, account_id: int, phone: str | None, now: datetime) -> None:
    """Blank the account's row and delete what else names him here; when he agreed to what stays, as proof."""
    connection.execute(
        update(account)
        .where(account.c.id == account_id)
        .values(
            name=NOBODY,
            claimed_name=None,
            username=None,
            password_hash=None,
            volunteer_kind=None,
            **telephones.written(connection, account, None),
        )
    )
    imports.forget_person(connection, account_id, phone)
    connection.execute(delete(session).where(session.c.account_id == account_id))
    connection.execute(delete(account_use).where(account_use.c.account_id == account_id))
    connection.execute(delete(request).where(request.c.account_id == account_id))
    in_force = update(consent).where(consent.c.account_id == account_id, consent.c.withdrawn_at.is_(None))
    connection.execute(in_force.values(withdrawn_at=now))
    if phone is not None:
        connection.execute(delete(sign_in_code).where(telephones.is_number(connection, sign_in_code, phone)))
        # A sealed one cannot be found by its number; it is deleted a day after its end.
        connection.execute(delete(ticket).where(ticket.c.phone == phone))


def answers_naming(
    connection: Connection, words: list[str], after: Answer | None, *, since: datetime | None = None
) -> tuple[list[tuple[int, str, object]], Answer | None]:
    """Read the stored answers with one of some words among the next ones after a key.

    ``since``: only those of writes of that time and later. The second value is the key to go on from, ``None`` at the
    end. The answers are looked through as they are written: a word stands there as JSON writes it.
    """
    keys = (request.c.account_id, request.c.request_id)
    page = select(*keys).order_by(*keys).limit(ANSWERS_AT_ONCE)
    if since is not None:
        page = page.where(request.c.at >= since)
    if after is not None:
        page = page.where(tuple_(*keys) > tuple_(*after))
    found = [(row.account_id, row.request_id) for row in connection.execute(page)]
    if not found:
        return [], None
    text = cast(request.c.answer, Text)
    naming = select(*keys, request.c.answer).where(
        tuple_(*keys) >= tuple_(*found[0]),
        tuple_(*keys) <= tuple_(*found[-1]),
        or_(*(text.contains(json_text.write(word)[1:-1], autoescape=True) for word in words)),
    )
    return [tuple(row) for row in connection.execute(naming)], found[-1]


def rewrite_answer(connection: Connection, account_id: int, request_id: str, answer: object) -> None:
    """Keep another answer for a retry."""
    connection.execute(
        update(request)
        .where(request.c.account_id == account_id, request.c.request_id == request_id)
        .values(answer=answer)
    )
