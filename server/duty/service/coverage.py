"""The coverage of each post: worked out anew and told whenever it changes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from server.calendar.queries import rosters, shifts
from server.calendar.rules import current_shift, phase_of
from server.core.access.rooms import account_room
from server.core.database.transaction import Transaction
from server.core.event_names import EventName, rooms_for_post
from server.core.limits import Limits
from server.duty.queries import check_ins, coverage
from server.duty.rules.colleagues import sees_who_stands_there, without_names
from server.duty.rules.coverage import PostCoverage, Seat, cover
from server.duty.rules.shapes import LineView
from server.places.queries import districts
from server.places.queries.districts import Place


def line_now(connection: Connection, place: Place, limits: Limits, now: datetime) -> LineView:
    """Read the line of a post, worked out where the clock has not looked at it yet."""
    kept = coverage.line_of(connection, place.post_id)
    return kept or compute(connection, place, limits, now, None).as_dict()


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
        roster = [row.account_id for row in rosters.rostered(connection, post_id=of, peak=peak, on=on)]
        seats = check_ins.open_at_post(connection, post_id=of, peak=peak, on=on)
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


def publish(transaction: Transaction, place: Place, limits: Limits, *, also: Iterable[int] = ()) -> bool:
    """Keep and tell a post's line when it differs from the kept one; tell whether it did.

    ``also`` are accounts that hear it although they hold no seat (any more). They hear who is there no more than
    somebody does who is not believed to stand there.
    """
    connection = transaction.connection
    kept = coverage.line_of(connection, place.post_id)
    covered = compute(connection, place, limits, transaction.now, kept)
    if kept is not None and covered.version == kept["version"]:
        return False
    line = covered.as_dict()
    coverage.keep(connection, line)
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


def publish_at_the_end(
    transaction: Transaction, post_id: int, limits: Limits, *, also: int | None = None
) -> None:
    """Tell a post's new coverage once before the commit, however many check-ins share the transaction."""

    def work(one: Transaction) -> None:
        place = districts.place_in(one, post_id)
        if place is not None:
            coverage.lock(one.connection, post_id)
            publish(one, place, limits, also=one.listeners.get(post_id, ()))

    if also is not None:
        transaction.listeners.setdefault(post_id, set()).add(also)
    transaction.at_the_end(("coverage", post_id), work)
