"""The coverage of each post, kept as the very line that clients see, and told whenever it changes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from server.calendar.queries import rosters, shifts
from server.calendar.rules import current_shift, phase_of
from server.core.access.rooms import account_room
from server.core.database.transaction import Transaction
from server.core.database.upsert import Upsert
from server.core.event_names import EventName, rooms_for_post
from server.core.limits import Limits
from server.duty.queries import check_ins
from server.duty.rules.colleagues import sees_who_stands_there, without_names
from server.duty.rules.coverage import PostCoverage, Seat, cover
from server.duty.rules.shapes import LineView
from server.duty.tables import coverage
from server.places.queries import districts
from server.places.queries.districts import Place
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


def line_now(connection: Connection, place: Place, limits: Limits, now: datetime) -> LineView:
    """Read the line of a post, worked out where the clock has not looked at it yet."""
    return line_of(connection, place.post_id) or compute(connection, place, limits, now, None).as_dict()


def compute(
    connection: Connection, place: Place, limits: Limits, now: datetime, kept: LineView | None
) -> PostCoverage:
    """Work out a post's line from its rows; the version and ``since`` go on from the ``kept`` line."""
    shift = current_shift(shifts.around(place, limits, now), now)
    seats: list[Seat] = []
    roster: list[int | None] = []
    came: set[int] = set()
    if shift is not None:
        of, peak, on = place.post_id, shift.peak, shift.date
        seats = check_ins.open_at_post(connection, post_id=of, peak=peak, on=on)
        roster = [row.account_id for row in rosters.rostered(connection, post_id=of, peak=peak, on=on)]
        came = check_ins.came(connection, post_id=of, peak=peak, on=on)
    return cover(
        post_id=place.post_id,
        shift=shift,
        phase=phase_of(shift, now),
        composition=place.composition,
        seats=seats,
        roster=roster,
        came=came,
        previous=PostCoverage.from_dict(kept) if kept else None,
        now=now,
    )


_keep_line = Upsert(coverage, keys=["post_id"], take=["version", "line"])


def publish(transaction: Transaction, place: Place, limits: Limits, *, also: Iterable[int] = ()) -> bool:
    """Keep and tell a post's line when it differs from the kept one; tell whether it did.

    ``also`` are accounts that hear it although they hold no seat (any more). They hear who is there no more than
    somebody does who is not believed to stand there.
    """
    connection = transaction.connection
    kept = line_of(connection, place.post_id)
    covered = compute(connection, place, limits, transaction.now, kept)
    if kept is not None and covered.version == kept["version"]:
        return False
    line = covered.as_dict()
    _keep_line.run(connection, {"post_id": place.post_id, "version": covered.version, "line": line})
    seeing = {
        seat.account_id
        for seat in covered.seats
        if sees_who_stands_there(verified=seat.verified, flags=seat.flags)
    }
    rooms = rooms_for_post(**place.scope, account_ids=seeing)
    transaction.publish(EventName.COVERAGE_CHANGED, line, rooms)
    others = {seat.account_id for seat in covered.seats}.union(also) - seeing
    if others:
        rooms = tuple(account_room(number) for number in sorted(others))
        transaction.publish(EventName.COVERAGE_CHANGED, without_names(line), rooms)
    return True


# Not FOR UPDATE, which waits for the check-ins that others have just written at this post: two would wait in a circle.
_lock = select(post.c.id).where(post.c.id == bindparam("post_id")).with_for_update(key_share=True)


def lock(connection: Connection, post_id: int) -> None:
    """Let nobody else work out this post's coverage until the commit (SQLite has one writer anyway)."""
    if connection.dialect.name != "sqlite":
        connection.execute(_lock, {"post_id": post_id})


def publish_at_the_end(
    transaction: Transaction, post_id: int, limits: Limits, *, also: int | None = None
) -> None:
    """Tell a post's new coverage once before the commit, however many check-ins share the transaction."""

    def work(one: Transaction) -> None:
        lock(one.connection, post_id)
        place = districts.place_in(one, post_id)
        if place is not None:
            publish(one, place, limits, also=one.listeners.get(post_id, ()))

    if also is not None:
        transaction.listeners.setdefault(post_id, set()).add(also)
    transaction.at_the_end(("coverage", post_id), work)
