"""The coverage of each post, kept as the very line that clients see."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    cast,
    null,
    select,
)

from server.core.database.given_rows import OverRows
from server.core.database.many_rows import ManyRows
from server.core.json_text import JsonText
from server.duty.rules.shapes import LineView
from server.duty.tables import coverage
from server.places.tables import post


def lines(connection: Connection, **scope: int) -> list[LineView]:
    """Read the lines of a scope: ``district_id``, ``station_id`` or ``school_id``."""
    return list(connection.execute(_in_scope(select(coverage.c.line), scope)).scalars())


def texts(connection: Connection, **scope: int) -> list[str]:
    """Read the lines of a scope, as ``lines`` does, as the text that is kept of them: they go over the wire so."""
    return list(connection.execute(_in_scope(select(cast(coverage.c.line, Text)), scope)).scalars())


def versions(connection: Connection, **scope: int) -> list[tuple[int, int]]:
    """Read which posts a scope has and the versions of their lines, in the order of the lines."""
    found = connection.execute(_in_scope(select(coverage.c.post_id, coverage.c.version), scope))
    return [(post_id, version) for post_id, version in found]


def _in_scope(query: Select[Any], scope: Mapping[str, int]) -> Select[Any]:
    wanted = [post.c[name] == number for name, number in scope.items()]
    wanted.append(post.c.archived_at.is_(None))
    return query.join(post, coverage.c.post_id == post.c.id).where(*wanted).order_by(post.c.id)


_line_of = select(coverage.c.line).where(coverage.c.post_id == bindparam("post_id"))


def line_of(connection: Connection, post_id: int) -> LineView | None:
    """Read the line of one post, or ``None`` before the clock has first looked at it."""
    return connection.execute(_line_of, {"post_id": post_id}).scalar()


def _newer(given: FromClause) -> Select[Any]:
    """Read the version of some posts' lines, and the line itself where it is not of the version that is given."""
    same = coverage.c.version == given.c.version
    line = case((same, null()), else_=coverage.c.line).label("line")
    return select(coverage.c.post_id, coverage.c.version, line).join(
        given, coverage.c.post_id == given.c.post_id
    )


_newer_lines = OverRows({"post_id": BigInteger, "version": Integer}, _newer)


def lines_of(connection: Connection, in_hand: Mapping[int, int]) -> tuple[dict[int, LineView], set[int]]:
    """Read the lines of some posts, given the version of each that is in hand (0: none).

    Gives those that are of another version, by post, and the posts whose line is in hand; one that the clock has not
    looked at yet is in neither.
    """
    lines: dict[int, LineView] = {}
    same: set[int] = set()
    for row in _newer_lines.run(connection, in_hand.items()):
        if row.version == in_hand[row.post_id]:
            same.add(row.post_id)
        else:
            lines[row.post_id] = row.line
    return lines, same


_keep_line = ManyRows(
    coverage,
    ["post_id", "version", "line"],
    "ON CONFLICT (post_id) DO UPDATE SET version = excluded.version, line = excluded.line",
)


def keep(connection: Connection, lines: Sequence[tuple[int, int, JsonText]]) -> None:
    """Keep posts' lines in place of those before them: each by its post and version, as JSON."""
    if lines:
        _keep_line.write(connection, lines)


# Not FOR UPDATE, which waits for the check-ins that others have just written at this post: two would wait in a circle.
_lock = (
    select(post.c.id)
    .where(post.c.id.in_(bindparam("post_ids", expanding=True)))
    .order_by(post.c.id)
    .with_for_update(key_share=True)
)


def lock(connection: Connection, post_ids: Iterable[int]) -> None:
    """Let nobody else work out these posts' coverage until the commit (SQLite has one writer anyway)."""
    if connection.dialect.name != "sqlite":
        connection.execute(_lock, {"post_ids": list(post_ids)})
