"""The coverage of each post, kept as the very line that clients see, and told whenever it changes."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from server.calendar.queries import rosters
from server.calendar.rules import Phase, Shift, Window, current_shift, is_school_day, phase_of, shifts_around
from server.core.access.roles import Category, group_of
from server.core.access.rooms import account_room
from server.core.database.transaction import Transaction
from server.core.database.upsert import Upsert
from server.core.event_names import EventName, rooms_for_post
from server.core.limits import Limits
from server.duty.queries import check_ins
from server.duty.rules.arrival import Verdict
from server.duty.rules.colleagues import sees_who_stands_there, without_names
from server.duty.rules.coverage import PostCoverage, PostState, Seat, cover
from server.duty.tables import coverage
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.composition import Composition
from server.places.tables import post


def lines(connection: Connection, **scope: int) -> list[dict[str, Any]]:
    """Read the lines of a scope: ``district_id``, ``station_id`` or ``school_id``."""
    query = select(coverage.c.line).join(post, coverage.c.post_id == post.c.id).order_by(post.c.id)
    for name, number in scope.items():
        query = query.where(post.c[name] == number)
    return list(connection.execute(query).scalars())


_line_of = select(coverage.c.line).where(coverage.c.post_id == bindparam("post_id"))


def line_of(connection: Connection, post_id: int) -> dict[str, Any] | None:
    """Read the line of one post, or ``None`` before the clock has first looked at it."""
    return connection.execute(_line_of, {"post_id": post_id}).scalar()


def shifts_of(place: Place, limits: Limits, now: datetime) -> list[Shift]:
    """List the shifts of a post from yesterday to tomorrow, by its peaks and calendar."""

    def school_day(on: date) -> bool:
        return is_school_day(on, place.exceptions)

    return list(shifts_around(place.peaks, now, place.zone, limits[Window], school_day))


def compute(
    connection: Connection, place: Place, limits: Limits, now: datetime, kept: dict[str, Any] | None
) -> PostCoverage:
    """Work out a post's line from its rows; the version and ``since`` go on from the ``kept`` line."""
    shift = current_shift(shifts_of(place, limits, now), now)
    seats: list[Seat] = []
    roster: list[int | None] = []
    came: set[int] = set()
    if shift is not None:
        at: dict[str, Any] = {"post_id": place.post_id, "peak": shift.peak, "on": shift.date}
        seats = [_seat(row) for row in check_ins.open_at_post(connection, **at)]
        roster = [row.account_id for row in rosters.rostered(connection, **at)]
        came = check_ins.came(connection, **at)
    return cover(
        post_id=place.post_id,
        shift=shift,
        phase=phase_of(shift, now),
        composition=place.composition,
        seats=seats,
        roster=roster,
        came=came,
        previous=read_line(kept) if kept else None,
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
    line = compute(connection, place, limits, transaction.now, kept).as_dict()
    if kept is not None and line["version"] == kept["version"]:
        return False
    row = {"post_id": place.post_id, "version": line["version"], "line": line}
    _keep_line.run(connection, row)
    seeing = {
        seat["account_id"]
        for seat in line["seats"]
        if sees_who_stands_there(verified=seat["verified"], flags=seat["flags"])
    }
    rooms = rooms_for_post(
        district_id=place.district_id,
        station_id=place.station_id,
        school_id=place.school_id,
        account_ids=seeing,
    )
    transaction.publish(EventName.COVERAGE_CHANGED, line, rooms)
    others = {seat["account_id"] for seat in line["seats"]}.union(also) - seeing
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


def read_line(kept: dict[str, Any]) -> PostCoverage:
    """Make a line again of what was kept of it."""
    heads = {
        name: Composition.from_dict(kept[name]) for name in ("required", "present", "waiting", "missing")
    }
    return PostCoverage(
        post_id=kept["post_id"],
        version=kept["version"],
        phase=Phase(kept["phase"]),
        state=PostState(kept["state"]),
        peak=kept["peak"],
        date=date.fromisoformat(kept["date"]) if kept["date"] else None,
        opens_at=_time(kept["opens_at"]),
        starts_at=_time(kept["starts_at"]),
        ends_at=_time(kept["ends_at"]),
        since=datetime.fromisoformat(kept["since"]),
        seats=tuple(_kept_seat(seat) for seat in kept["seats"]),
        rostered=kept["rostered"],
        no_shows=tuple(kept["no_shows"]),
        **heads,
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _seat(row: Any) -> Seat:
    return Seat(
        check_in_id=row.id,
        account_id=row.account_id,
        category=Category(row.category),
        group=group_of(row.category),
        verified=row.verified,
        verdict=Verdict(row.verdict),
        flags=tuple(row.flags),
    )


def _kept_seat(seat: dict[str, Any]) -> Seat:
    return Seat(
        check_in_id=seat["check_in_id"],
        account_id=seat["account_id"],
        category=Category(seat["category"]),
        group=group_of(seat["category"]),
        verified=seat["verified"],
        verdict=Verdict(seat["verdict"]),
        flags=tuple(seat["flags"]),
    )


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
