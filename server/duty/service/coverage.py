"""The coverage of each post: worked out anew and told whenever it changes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from server.calendar.queries import rosters, shifts
from server.calendar.rules import Shift, current_shift, on_roster_of, phase_of
from server.core.access.rooms import account_room
from server.core.database.short_events import SHORT
from server.core.database.transaction import Transaction
from server.core.event_names import EventName, rooms_for_post
from server.core.limits import Limits
from server.duty.queries import at_shifts, coverage
from server.duty.queries.at_shifts import AtShift
from server.duty.rules.colleagues import sees_who_stands_there, without_names
from server.duty.rules.coverage import PostCoverage, continued, cover
from server.duty.rules.post_news import changes, nameless
from server.duty.rules.shapes import LineView, PostNews
from server.places.queries import districts
from server.places.queries.districts import Place


def line_now(connection: Connection, place: Place, limits: Limits, now: datetime) -> LineView:
    """Read the line of a post, worked out where the clock has not looked at it yet."""
    kept = coverage.line_of(connection, place.post_id)
    if kept is not None:
        return kept
    shift = current_shift(shifts.around(place, limits, now), now)
    if shift is None:
        return _covered(place, None, [], None, now).as_dict()
    key = (place.post_id, shift.peak)
    on_roster = on_roster_of(rosters.at_peaks(connection, [key]).get(key, ()), shift.date)
    here = at_shifts.read(connection, {place.post_id: shift.key}).get(place.post_id)
    return _covered(place, shift, on_roster, here, now).as_dict()


def _all_covered(transaction: Transaction, places: Iterable[Place], limits: Limits) -> list[PostCoverage]:
    """Work out posts' coverage from their rows."""
    now = transaction.now
    with_shifts = [(place, current_shift(shifts.around(place, limits, now), now)) for place in places]
    running = {place.post_id: shift.key for place, shift in with_shifts if shift is not None}
    on_rosters = rosters.at_peaks_in(transaction, ((of, peak) for of, (peak, _on) in running.items()))
    here = at_shifts.read(transaction.connection, running)
    lines = []
    for place, shift in with_shifts:
        of = place.post_id
        on_roster = on_roster_of(on_rosters.get((of, shift.peak), ()), shift.date) if shift else []
        lines.append(_covered(place, shift, on_roster, here.get(of), now))
    return lines


def _covered(
    place: Place,
    shift: Shift | None,
    on_roster: Sequence[int | None],
    here: AtShift | None,
    now: datetime,
) -> PostCoverage:
    return cover(
        post_id=place.post_id,
        shift=shift,
        phase=phase_of(shift, now),
        composition=place.composition,
        seats=here.seats if here else (),
        roster=on_roster,
        came=here.came if here else (),
        now=now,
    )


def publish(
    transaction: Transaction,
    places: Iterable[Place],
    limits: Limits,
    *,
    also: Mapping[int, Collection[int]] | None = None,
) -> None:
    """Keep and tell the lines of posts where they differ from the kept ones.

    ``also`` are, by post, accounts that hear its line although they hold no seat (any more). They hear who is there no
    more than somebody does who is not believed to stand there.
    """
    connection = transaction.connection
    in_order = sorted(places, key=lambda place: place.post_id)
    numbers = [place.post_id for place in in_order]
    coverage.lock(connection, numbers)
    kept = coverage.lines_of(connection, numbers)
    changed: list[LineView] = []
    for place, covered in zip(in_order, _all_covered(transaction, in_order, limits), strict=True):
        before = kept.get(place.post_id)
        line = continued(covered.as_dict(), before)
        if line is not before:
            changed.append(line)
            news = changes(line, before)
            _tell(transaction, place, covered, line, news, also.get(place.post_id, ()) if also else ())
    coverage.keep(connection, changed)


def _tell(
    transaction: Transaction,
    place: Place,
    covered: PostCoverage,
    line: LineView,
    news: PostNews,
    also: Iterable[int],
) -> None:
    seeing = {
        seat.account_id
        for seat in covered.seats
        if sees_who_stands_there(verified=seat.verified, flags=seat.flags)
    }
    rooms = rooms_for_post(**place.scope, account_ids=seeing)
    transaction.publish(EventName.COVERAGE_CHANGED, {**line, SHORT: news}, rooms)
    others = {seat.account_id for seat in covered.seats}.union(also) - seeing
    if others:
        rooms = tuple(account_room(number) for number in sorted(others))
        told = {**without_names(line), SHORT: nameless(news)}
        transaction.publish(EventName.COVERAGE_CHANGED, told, rooms)


def publish_at_the_end(
    transaction: Transaction, post_id: int, limits: Limits, *, also: int | None = None
) -> None:
    """Tell a post's new coverage once before the commit, however many check-ins share the transaction."""
    posts: dict[int, set[int]] = transaction.once("posts whose coverage is told", dict)
    hearing = posts.setdefault(post_id, set())
    if also is not None:
        hearing.add(also)

    def work(one: Transaction) -> None:
        publish(one, districts.places_in(one, posts).values(), limits, also=posts)

    transaction.at_the_end(("coverage", 0), work)
