"""Posts' lines as they are now: one in hand goes on with whoever came, others are worked out anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from server.calendar.queries import rosters, shifts
from server.calendar.queries.rosters import PostPeak
from server.calendar.rules import OnRoster, Shift, ShiftKey, current_shift, expected_of, phase_of
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.duty.queries import at_shifts, coverage
from server.duty.queries.at_shifts import AtShift
from server.duty.rules.coverage import PostCoverage, Seat, continued, cover
from server.duty.rules.line_in_hand import Basis, LineInHand, in_hand, with_those_who_came
from server.duty.rules.shapes import LineView
from server.places.queries.districts import Place

IN_HAND = "lines in hand"


@dataclass(frozen=True, slots=True)
class Change:
    """What a transaction changes at a post: who came, in which shift, and whether that is all.

    ``also`` are accounts that hear of it although they hold no seat (any more).
    """

    came: tuple[tuple[ShiftKey, Seat], ...] = ()
    is_all: bool = True
    also: frozenset[int] = frozenset()

    def and_then(self, other: "Change") -> "Change":
        """Give both together."""
        return Change((*self.came, *other.came), self.is_all and other.is_all, self.also | other.also)


@dataclass(frozen=True, slots=True)
class NewLine:
    """A post's line as it is now, and the one that was kept of it: the very same where nothing changed."""

    place: Place
    now: LineInHand
    before: LineView | None


def line_now(connection: Connection, place: Place, limits: Limits, now: datetime) -> LineView:
    """Read the line of a post, worked out where the clock has not looked at it yet."""
    kept = coverage.line_of(connection, place.post_id)
    if kept is not None:
        return kept
    basis = _basis(place, rosters.at_peaks(connection, _peaks([place], limits, now), now), limits, now)
    here = at_shifts.read(connection, _running({place.post_id: basis}))
    return _covered(place.post_id, basis, here.get(place.post_id), now).as_dict()


def lines_now(
    transaction: Transaction, places: Sequence[Place], limits: Limits, changes: Mapping[int, Change]
) -> Iterator[NewLine]:
    """Give the lines of posts as they are now; the caller holds the locks of the posts.

    Of a post that is not among ``changes`` nobody knows what changed.
    """
    now = transaction.now
    on_rosters = rosters.at_peaks_in(transaction, _peaks(places, limits, now))
    basis = {place.post_id: _basis(place, on_rosters, limits, now) for place in places}
    hands = _in_hand(transaction, basis, changes)
    versions = {of: hands[of].line["version"] if of in hands else 0 for of in basis}
    kept, same = coverage.lines_of(transaction.connection, versions)
    others = {of: one for of, one in basis.items() if of not in same}
    here = at_shifts.read(transaction.connection, _running(others))
    for place in places:
        of = place.post_id
        before: LineView | None
        if of in same:
            running = basis[of].shift
            came = [seat for of_shift, seat in changes[of].came if running and of_shift == running.key]
            line, before = with_those_who_came(hands[of], came, now), hands[of].line
        else:
            covered, before = _covered(of, basis[of], here.get(of), now), kept.get(of)
            line = in_hand(continued(covered.as_dict(), before), basis[of], covered.seats)
        transaction.keep_at_version(IN_HAND, of, line)
        yield NewLine(place, line, before)


def _in_hand(
    transaction: Transaction, basis: Mapping[int, Basis], changes: Mapping[int, Change]
) -> dict[int, LineInHand]:
    """Give the lines to which those who came can be added, if the database has them in the same version."""
    kept: Mapping[int, LineInHand] = transaction.kept_at_version(IN_HAND)
    known = {of: kept[of] for of, change in changes.items() if change.is_all and of in kept}
    return {of: one for of, one in known.items() if one.basis == basis[of]}


def _peaks(places: Iterable[Place], limits: Limits, now: datetime) -> list[PostPeak]:
    with_shifts = ((place.post_id, _current(place, limits, now)) for place in places)
    return [(of, shift.peak) for of, shift in with_shifts if shift is not None]


def _current(place: Place, limits: Limits, now: datetime) -> Shift | None:
    return current_shift(shifts.open_at(place, limits, now, now=now), now)


def _basis(
    place: Place, on_rosters: Mapping[PostPeak, Sequence[OnRoster]], limits: Limits, now: datetime
) -> Basis:
    shift = _current(place, limits, now)
    if shift is None:
        return Basis(None, phase_of(None, now), place.composition, (), late=False)
    expected = expected_of(on_rosters.get((place.post_id, shift.peak), ()), shift.date)
    required = shifts.required(place, shift, limits)
    return Basis(shift, phase_of(shift, now), required, tuple(expected), late=now > shift.late_after)


def _running(basis: Mapping[int, Basis]) -> dict[int, ShiftKey]:
    return {of: one.shift.key for of, one in basis.items() if one.shift is not None}


def _covered(post_id: int, basis: Basis, here: AtShift | None, now: datetime) -> PostCoverage:
    return cover(
        post_id=post_id,
        shift=basis.shift,
        phase=basis.phase,
        composition=basis.composition,
        seats=here.seats if here else (),
        roster=basis.roster,
        came=here.came if here else (),
        now=now,
    )
