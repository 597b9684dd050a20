"""A post's line with all that it was worked out of: whoever comes is added to it, without a look at all who are there.

What comes of it is what working the line out anew would give (``tests/duty/test_lines_in_hand.py``).
"""

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.calendar.rules import Phase, Shift
from server.core.access.roles import Group
from server.core.moments import moment
from server.duty.rules.colleagues import sees_who_stands_there
from server.duty.rules.coverage import Seat, state_of
from server.duty.rules.shapes import LineView, SeatView
from server.places.rules.composition import Composition


@dataclass(frozen=True, slots=True)
class Basis:
    """What a line is worked out of beside those who came: with another one, nothing can be added to it.

    ``late``: by now whoever is on the roster and has not come is missed.
    """

    shift: Shift | None
    phase: Phase
    composition: Composition
    roster: Sequence[int | None]
    late: bool


@dataclass(frozen=True, slots=True)
class LineInHand:
    """A line as it is kept and told, its basis, and the accounts in its seats by what they see of each other."""

    line: LineView
    basis: Basis
    seeing: frozenset[int]
    not_seeing: frozenset[int]


def in_hand(line: LineView, basis: Basis, seats: Iterable[Seat]) -> LineInHand:
    """Take a line in hand that was worked out of all who stand at its post."""
    seated = list(seats)
    seeing = frozenset(seat.account_id for seat in seated if _sees(seat))
    return LineInHand(line, basis, seeing, frozenset(seat.account_id for seat in seated) - seeing)


def with_those_who_came(before: LineInHand, came: Sequence[Seat], now: datetime) -> LineInHand:
    """Give a line with some who have just come to its shift, as the next version; itself where nobody did."""
    if not came:
        return before
    line, required = before.line, before.basis.composition
    seats, present, waiting = list(line["seats"]), dict(line["present"]), dict(line["waiting"])
    for seat in came:
        insort(seats, seat.as_dict(), key=_order)
        (present if seat.verified else waiting)[seat.group.value] += 1
    here = Composition(**present)
    state = state_of(required, here).value
    arrived = {seat.account_id for seat in came}
    after: LineView = {
        **line,
        "version": line["version"] + 1,
        "state": state,
        "present": present,
        "waiting": waiting,
        "missing": required.missing(here).as_dict(),
        "since": line["since"] if state == line["state"] else moment(now),
        "seats": seats,
        "no_shows": [account_id for account_id in line["no_shows"] if account_id not in arrived],
    }
    seeing = before.seeing.union(seat.account_id for seat in came if _sees(seat))
    return LineInHand(after, before.basis, seeing, before.not_seeing.union(arrived) - seeing)


_GROUPS = {group.value: place for place, group in enumerate(Group)}


def _order(seat: SeatView) -> tuple[int, int]:
    number = seat["check_in_id"]
    assert number is not None
    return _GROUPS[seat["group"]], number


def _sees(seat: Seat) -> bool:
    return sees_who_stands_there(verified=seat.verified, flags=seat.flags)
