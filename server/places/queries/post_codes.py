"""Writing the printed codes of posts; reading them is in ``districts``, where the table stands."""

import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from server.places.queries.districts import code_of
from server.places.tables import post, post_code

# Without 0 and O, 1, I and L, U beside V, since a code may be read out. Ten of 30 characters: 49 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10


def new_code() -> str:
    """Make an opaque code that cannot be guessed from another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def find(connection: Connection, text: str) -> int | None:
    """Find a post by its number, its name or one of its codes."""
    if not text.isprintable():
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 18:
        found = connection.execute(select(post.c.id).where(post.c.id == int(text))).scalar()
        if found is not None:
            return int(found)
    named = list(connection.execute(select(post.c.id).where(post.c.name == text).limit(2)).scalars())
    if len(named) == 1:
        return int(named[0])
    code = code_of(connection, text)
    return code.post_id if code else None


def issue(connection: Connection, codes: dict[int, str], now: datetime) -> None:
    """Give posts that have none their first codes, by their numbers."""
    if codes:
        connection.execute(
            insert(post_code),
            [{"code": code, "post_id": number, "issued_at": now} for number, code in codes.items()],
        )


def note_printed(connection: Connection, post_ids: Collection[int], now: datetime) -> None:
    """Note that posters of the current codes of some posts are made."""
    current = (post_code.c.post_id.in_(sorted(post_ids)), post_code.c.replaced_at.is_(None))
    connection.execute(update(post_code).where(*current).values(printed_at=now))


def replace(connection: Connection, post_id: int, code: str, now: datetime, *, void: bool = False) -> None:
    """Give a post another code; from now on the earlier one is stale, or ``void``: refused, with all before it."""
    connection.execute(
        update(post_code)
        .where(post_code.c.post_id == post_id, post_code.c.replaced_at.is_(None))
        .values(replaced_at=now)
    )
    if void:
        connection.execute(update(post_code).where(post_code.c.post_id == post_id).values(void=True))
    issue(connection, {post_id: code}, now)
