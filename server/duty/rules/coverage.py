"""Coverage of a post at a peak: who is required, present, waiting, missing; and its day's figure.

Present are the verified who have not checked out; the unverified wait, are shown apart, and never make a post
full. Heads beyond what a group asks for stand in for no other group.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from server.calendar.rules import Phase, Shift
from server.core.access.roles import Category, Group, group_of
from server.core.moments import moment, moment_or_none
from server.duty.rules.arrival import Verdict
from server.duty.rules.shapes import LineView, SeatView
from server.places.rules.composition import Composition


class PostState(StrEnum):
    """How a post stands, from best to worst while a shift is on."""

    FULL = "full"
    UNDERSTAFFED = "understaffed"
    UNCOVERED = "uncovered"
    OFF_DUTY = "off_duty"


@dataclass(frozen=True, slots=True)
class Seat:
    """A person on duty at a post."""

    check_in_id: int
    account_id: int
    category: Category
    group: Group
    verified: bool
    verdict: Verdict
    flags: tuple[str, ...]

    def as_dict(self) -> SeatView:
        """Write the seat as the API does."""
        return {
            "check_in_id": self.check_in_id,
            "account_id": self.account_id,
            "category": str(self.category),
            "group": str(self.group),
            "verified": self.verified,
            "verdict": str(self.verdict),
            "flags": [str(flag) for flag in self.flags],
        }

    @classmethod
    def from_dict(cls, kept: SeatView) -> "Seat":
        """Make a seat again of what was kept of it, with its names."""
        check_in_id, account_id = kept["check_in_id"], kept["account_id"]
        category, verdict = kept["category"], kept["verdict"]
        assert check_in_id is not None
        assert account_id is not None
        assert category is not None
        assert verdict is not None
        return cls(
            check_in_id=check_in_id,
            account_id=account_id,
            category=Category(category),
            group=group_of(category),
            verified=kept["verified"],
            verdict=Verdict(verdict),
            flags=tuple(kept["flags"]),
        )


@dataclass(frozen=True, slots=True)
class PostCoverage:
    """A post's coverage, whole: what a client needs to draw the post without asking again.

    ``since`` is the moment from which the post has been in its state. ``version`` rises by one with each
    change of anything else.
    """

    post_id: int
    version: int
    phase: Phase
    state: PostState
    peak: str | None
    date: date | None
    opens_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    required: Composition
    present: Composition
    waiting: Composition
    missing: Composition
    since: datetime
    seats: tuple[Seat, ...]
    rostered: int
    no_shows: tuple[int, ...]

    def as_dict(self) -> LineView:
        """Write the line as the API and the event do."""
        return {
            "post_id": self.post_id,
            "version": self.version,
            "phase": str(self.phase),
            "state": str(self.state),
            "peak": None if self.peak is None else str(self.peak),
            "date": None if self.date is None else self.date.isoformat(),
            "opens_at": moment_or_none(self.opens_at),
            "starts_at": moment_or_none(self.starts_at),
            "ends_at": moment_or_none(self.ends_at),
            "required": self.required.as_dict(),
            "present": self.present.as_dict(),
            "waiting": self.waiting.as_dict(),
            "missing": self.missing.as_dict(),
            "since": moment(self.since),
            "seats": [seat.as_dict() for seat in self.seats],
            "rostered": self.rostered,
            "no_shows": list(self.no_shows),
        }

    @classmethod
    def from_dict(cls, kept: LineView) -> "PostCoverage":
        """Make a line again of what was kept of it."""
        return cls(
            post_id=kept["post_id"],
            version=kept["version"],
            phase=Phase(kept["phase"]),
            state=PostState(kept["state"]),
            peak=kept["peak"],
            date=date.fromisoformat(kept["date"]) if kept["date"] else None,
            opens_at=_time(kept["opens_at"]),
            starts_at=_time(kept["starts_at"]),
            ends_at=_time(kept["ends_at"]),
            required=Composition.from_dict(kept["required"]),
            present=Composition.from_dict(kept["present"]),
            waiting=Composition.from_dict(kept["waiting"]),
            missing=Composition.from_dict(kept["missing"]),
            since=datetime.fromisoformat(kept["since"]),
            seats=tuple(Seat.from_dict(seat) for seat in kept["seats"]),
            rostered=kept["rostered"],
            no_shows=tuple(kept["no_shows"]),
        )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def cover(
    *,
    post_id: int,
    shift: Shift | None,
    phase: Phase,
    composition: Composition,
    seats: Iterable[Seat],
    roster: Sequence[int | None],
    came: Collection[int] = (),
    now: datetime,
) -> PostCoverage:
    """Work out a post's coverage line, as if it were the first (``continued`` counts it on).

    ``seats`` are those on duty for this very shift, ``roster`` its rostered accounts (``None``: not yet
    registered), ``came`` the accounts that checked in for it, gone or not. ``phase`` is
    ``phase_of(shift, now)``. Outside a shift the post is off duty: nobody is required, seated or missed.
    """
    if shift is None or phase == Phase.OFF:
        return _off_duty(post_id, now)
    seated = tuple(sorted(seats, key=_seat_order))
    here = {seat.account_id for seat in seated}.union(came)
    return _on_duty(
        post_id,
        shift,
        phase,
        composition,
        seated,
        rostered=len(roster),
        no_shows=_no_shows(roster, here) if now > shift.late_after else (),
        now=now,
    )


def continued(line: LineView, previous: LineView | None) -> LineView:
    """Count a line on from the one before it, and keep the moment since which the state holds.

    Gives ``previous`` itself where nothing changed, so that no event is told for nothing.
    """
    if previous is None:
        return line
    same_state = all(line[name] == previous[name] for name in ("state", "peak", "date"))
    after: LineView = {**line, "version": previous["version"], "since": previous["since"]}
    if after == previous:
        return previous
    since = previous["since"] if same_state else line["since"]
    return {**after, "version": previous["version"] + 1, "since": since}


_SEAT_GROUPS = {group: place for place, group in enumerate(Group)}


def _seat_order(seat: Seat) -> tuple[int, int]:
    return (_SEAT_GROUPS[seat.group], seat.check_in_id)


def state_of(required: Composition, present: Composition) -> PostState:
    """Tell how a post stands while a shift is on."""
    if required.missing(present).total == 0:
        return PostState.FULL
    return PostState.UNDERSTAFFED if required.filled(present).total else PostState.UNCOVERED


def _no_shows(roster: Iterable[int | None], arrived: set[int]) -> tuple[int, ...]:
    return tuple(sorted({account_id for account_id in roster if account_id is not None} - arrived))


def _on_duty(
    post_id: int,
    shift: Shift,
    phase: Phase,
    required: Composition,
    seats: tuple[Seat, ...],
    *,
    rostered: int,
    no_shows: tuple[int, ...],
    now: datetime,
) -> PostCoverage:
    present = Composition.count(seat.group for seat in seats if seat.verified)
    return PostCoverage(
        post_id=post_id,
        version=1,
        phase=phase,
        state=state_of(required, present),
        peak=shift.peak,
        date=shift.date,
        opens_at=shift.opens_at,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        required=required,
        present=present,
        waiting=Composition.count(seat.group for seat in seats if not seat.verified),
        missing=required.missing(present),
        since=now,
        seats=seats,
        rostered=rostered,
        no_shows=no_shows,
    )


def _off_duty(post_id: int, now: datetime) -> PostCoverage:
    nobody = Composition()
    return PostCoverage(
        post_id=post_id,
        version=1,
        phase=Phase.OFF,
        state=PostState.OFF_DUTY,
        peak=None,
        date=None,
        opens_at=None,
        starts_at=None,
        ends_at=None,
        required=nobody,
        present=nobody,
        waiting=nobody,
        missing=nobody,
        since=now,
        seats=(),
        rostered=0,
        no_shows=(),
    )
