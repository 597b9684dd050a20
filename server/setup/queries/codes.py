"""The codes that are valid now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from server.places.tables import post_code


@dataclass(frozen=True, slots=True)
class CurrentCode:
    """A code and when it was issued."""

    post_id: int
    code: str
    issued_at: datetime


def current(connection: Connection, post_ids: Collection[int]) -> dict[int, CurrentCode]:
    """Read the current codes of some posts, by post."""
    columns = (post_code.c.post_id, post_code.c.code, post_code.c.issued_at)
    query = select(*columns).where(post_code.c.post_id.in_(post_ids), post_code.c.replaced_at.is_(None))
    return {row["post_id"]: CurrentCode(**row) for row in connection.execute(query).mappings()}
