"""The newest reminder at each post."""

from datetime import datetime

from sqlalchemy import Connection, select

from server.core.database.upsert import Upsert
from server.roster.tables import Nudge, nudge

_put = Upsert(nudge, keys=["post_id"], take=["at", "role", "missing", "pushed", "texted"])


def newest(connection: Connection, post_id: int) -> Nudge | None:
    """Read the newest reminder at a post."""
    row = connection.execute(select(nudge).where(nudge.c.post_id == post_id)).mappings().first()
    return Nudge(**row) if row else None


def put(
    connection: Connection, post_id: int, *, role: str, missing: int, pushed: int, texted: int, now: datetime
) -> Nudge:
    """Write a reminder in place of the one before it."""
    row = {
        "post_id": post_id,
        "at": now,
        "role": role,
        "missing": missing,
        "pushed": pushed,
        "texted": texted,
    }
    _put.run(connection, row)
    return Nudge(post_id, now, role, missing, pushed, texted)
