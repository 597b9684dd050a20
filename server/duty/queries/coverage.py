"""The coverage of each post, kept as the very line that clients see."""

from sqlalchemy import Connection, bindparam, select

from server.core.database.upsert import Upsert
from server.duty.rules.shapes import LineView
from server.duty.tables import coverage
from server.places.tables import post


def lines(connection: Connection, **scope: int) -> list[LineView]:
    """Read the lines of a scope: ``district_id``, ``station_id`` or ``school_id``."""
    query = select(coverage.c.line).join(post, coverage.c.post_id == post.c.id).order_by(post.c.id)
    for name, number in scope.items():
        query = query.where(post.c[name] == number)
    return list(connection.execute(query).scalars())


_line_of = select(coverage.c.line).where(coverage.c.post_id == bindparam("post_id"))


def line_of(connection: Connection, post_id: int) -> LineView | None:
    """Read the line of one post, or ``None`` before the clock has first looked at it."""
    return connection.execute(_line_of, {"post_id": post_id}).scalar()


_keep_line = Upsert(coverage, keys=["post_id"], take=["version", "line"])


def keep(connection: Connection, line: LineView) -> None:
    """Keep a post's line in place of the one before it."""
    _keep_line.run(connection, {"post_id": line["post_id"], "version": line["version"], "line": line})


# Not FOR UPDATE, which waits for the check-ins that others have just written at this post: two would wait in a circle.
_lock = select(post.c.id).where(post.c.id == bindparam("post_id")).with_for_update(key_share=True)


def lock(connection: Connection, post_id: int) -> None:
    """Let nobody else work out this post's coverage until the commit (SQLite has one writer anyway)."""
    if connection.dialect.name != "sqlite":
        connection.execute(_lock, {"post_id": post_id})
