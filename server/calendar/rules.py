"""School days, peaks, and the windows of a shift.

A peak is local clock time; a shift is that peak on one local date, as moments in UTC. A shift's window is
half-open: check-in from ``opens_at`` up to but not at ``ends_at``.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TypedDict
from zoneinfo import ZoneInfo

from server.core.moments import moment
from server.core.refused import Refused
from server.places.rules.peaks import Peak

# A refusal tells of a shift that ended or will open within half a day; beyond that there is "no shift".
NEAR = timedelta(hours=12)
# The summer holidays are shorter than this, so the next shift of a school that goes on is always found.
LOOK_AHEAD_DAYS = 75

ShiftKey = tuple[str, date]


class Phase(StrEnum):
    """Where a post stands in its day: no shift, its window is open, its peak runs."""

    OFF = "off"
    OPENING = "opening"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Window:
    """Settings of the times around a peak."""

    opens_before_minutes: int = 30
    grace_minutes: int = 5
    check_out_before_minutes: int = 10
    close_after_minutes: int = 30
    queued_max_age_h: int = 24


class ShiftView(TypedDict):
    """A shift as the API writes it, and as it is kept with a check-in."""

    peak: str
    date: str
    opens_at: str
    starts_at: str
    late_after: str
    ends_at: str
    check_out_opens_at: str
    closes_at: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A peak on a local date: its moments in UTC, in the order in which they come."""

    peak: str
    date: date
    opens_at: datetime
    starts_at: datetime
    late_after: datetime
    ends_at: datetime
    check_out_opens_at: datetime
    closes_at: datetime

    @property
    def key(self) -> ShiftKey:
        """Give what names the shift at its post."""
        return (self.peak, self.date)

    def as_dict(self) -> ShiftView:
        """Write the shift as the API does; nobody changes what he gets."""
        return _view(self)

    @classmethod
    def from_dict(cls, kept: ShiftView) -> "Shift":
        """Make a shift again of what was kept of it."""
        return cls(
            peak=kept["peak"],
            date=date.fromisoformat(kept["date"]),
            opens_at=datetime.fromisoformat(kept["opens_at"]),
            starts_at=datetime.fromisoformat(kept["starts_at"]),
            late_after=datetime.fromisoformat(kept["late_after"]),
            ends_at=datetime.fromisoformat(kept["ends_at"]),
            check_out_opens_at=datetime.fromisoformat(kept["check_out_opens_at"]),
            closes_at=datetime.fromisoformat(kept["closes_at"]),
        )


# Whoever checks in at a post comes for the same few shifts.
@lru_cache(maxsize=4096)
def _view(shift: Shift) -> ShiftView:
    return {
        "peak": str(shift.peak),
        "date": shift.date.isoformat(),
        "opens_at": moment(shift.opens_at),
        "starts_at": moment(shift.starts_at),
        "late_after": moment(shift.late_after),
        "ends_at": moment(shift.ends_at),
        "check_out_opens_at": moment(shift.check_out_opens_at),
        "closes_at": moment(shift.closes_at),
    }


@dataclass(frozen=True, slots=True)
class Rostered:
    """At which post and peak an account is on the roster: on some weekdays, or by a published plan on one date."""

    post_id: int
    peak: str
    weekdays: int
    only_on: date | None = None


@dataclass(frozen=True, slots=True)
class OnRoster:
    """Who is on the roster of a post at a peak: on some weekdays, or by a published plan on one date.

    No number before he registers.
    """

    account_id: int | None
    weekdays: int
    only_on: date | None = None

    def on(self, when: date) -> bool:
        """Tell whether that is so on a date."""
        return self.only_on == when or bool(self.weekdays & weekday_bit(when))


def on_roster_of(rows: Iterable[OnRoster], on: date) -> list[int | None]:
    """Give who may stand at a peak on a date without a question: a plan takes nothing from whom a list names."""
    return list(dict.fromkeys(one.account_id for one in rows if one.on(on)))


def expected_of(rows: Iterable[OnRoster], on: date) -> list[int | None]:
    """Give who is expected at a peak on a date: by the published plan where there is one, else by the list."""
    here = [one for one in rows if one.on(on)]
    planned = [one.account_id for one in here if one.only_on is not None]
    return planned or [one.account_id for one in here]


def weekday_bit(on: date) -> int:
    """Give the bit of a date's weekday in ``roster.weekdays``: Monday 1, Tuesday 2, … Sunday 64."""
    return 1 << on.weekday()


def includes(rows: Iterable[Rostered], post_id: int, shift: Shift) -> bool:
    """Tell whether an account's roster rows put it at a post for a shift."""
    bit = weekday_bit(shift.date)
    return any(
        row.post_id == post_id
        and row.peak == shift.peak
        and (row.weekdays & bit or row.only_on == shift.date)
        for row in rows
    )


# Gives the peaks that stand on a local date; none on a day without school.
PeaksOn = Callable[[date], tuple[Peak, ...]]


def shifts_on(peaks: Iterable[Peak], on: date, zone: ZoneInfo, window: Window) -> tuple[Shift, ...]:
    """Give the shifts of some peaks that begin on a local date, in order of time."""
    return _shifts_on(tuple(peaks), on, zone, window)


# Every post of a district asks for the same few dates, each time that somebody checks in.
@lru_cache(maxsize=1024)
def _shifts_on(peaks: tuple[Peak, ...], on: date, zone: ZoneInfo, window: Window) -> tuple[Shift, ...]:
    return tuple(sorted((_shift(peak, on, zone, window) for peak in peaks), key=_order))


def shifts_around(peaks: PeaksOn, now: datetime, zone: ZoneInfo, window: Window) -> tuple[Shift, ...]:
    """Give the shifts of yesterday, today and tomorrow as the post's clock has it, in order of time.

    Three days, since a window may open before midnight and a peak may end after it.
    """
    return shifts_around_day(peaks, now.astimezone(zone).date(), zone, window)


def shifts_around_day(peaks: PeaksOn, today: date, zone: ZoneInfo, window: Window) -> tuple[Shift, ...]:
    """Give the shifts of a local date, of the day before it and the day after it, in order of time."""
    days = [today + timedelta(days=step) for step in (-1, 0, 1)]
    return tuple(shift for on in days for shift in shifts_on(peaks(on), on, zone, window))


def next_shift(peaks: PeaksOn, now: datetime, zone: ZoneInfo, window: Window) -> Shift | None:
    """Find the next shift whose window is still to open; ``None`` if there is none for 75 days."""
    today = now.astimezone(zone).date()
    for step in range(LOOK_AHEAD_DAYS + 1):
        on = today + timedelta(days=step)
        for shift in shifts_on(peaks(on), on, zone, window):
            if shift.opens_at > now:
                return shift
    return None


def current_shift(shifts: Iterable[Shift], now: datetime) -> Shift | None:
    """Give the shift that coverage is about: the running one, else the opening one, else ``None``."""
    return _best(shifts, now, ())


def shift_for(
    shifts: Sequence[Shift],
    now: datetime,
    preferred: Collection[ShiftKey] = (),
    upcoming: Shift | None = None,
) -> Shift:
    """Find the shift that a check-in at ``now`` is for, among shifts of one post (see ``shifts_around``).

    Of those whose window is open: one where the person is on the roster (``preferred``), else the running
    one, else the opening one. ``upcoming`` is the next shift (``next_shift``), for the facts of a refusal.

    Raises ``Refused``: ``too_early`` (opens_at), ``shift_over`` or ``no_shift`` (next_opens_at or ``None``).
    """
    found = _best(shifts, now, preferred)
    if found is not None:
        return found
    upcoming = upcoming or min((shift for shift in shifts if shift.opens_at > now), key=_order, default=None)
    opens_at = upcoming.opens_at if upcoming else None
    until = opens_at - now if opens_at else None
    since = min((now - shift.ends_at for shift in shifts if shift.ends_at <= now), default=None)
    if since is not None and since <= NEAR and (until is None or since <= until):
        raise Refused("shift_over", next_opens_at=opens_at)
    if until is not None and until <= NEAR:
        raise Refused("too_early", opens_at=opens_at)
    raise Refused("no_shift", next_opens_at=opens_at)


def phase_of(shift: Shift | None, now: datetime) -> Phase:
    """Tell where a post stands in its day, given its current shift."""
    if shift is None or not shift.opens_at <= now < shift.ends_at:
        return Phase.OFF
    return Phase.RUNNING if now >= shift.starts_at else Phase.OPENING


def _best(shifts: Iterable[Shift], now: datetime, preferred: Collection[ShiftKey]) -> Shift | None:
    in_window = [shift for shift in shifts if shift.opens_at <= now < shift.ends_at]
    return min(
        in_window,
        key=lambda shift: (shift.key not in preferred, shift.starts_at > now, *_order(shift)),
        default=None,
    )


def _order(shift: Shift) -> tuple[datetime, str]:
    return (shift.starts_at, shift.peak)


def _shift(peak: Peak, on: date, zone: ZoneInfo, window: Window) -> Shift:
    last_day = on if peak.ends > peak.starts else on + timedelta(days=1)
    starts_at = datetime.combine(on, peak.starts, zone).astimezone(UTC)
    ends_at = datetime.combine(last_day, peak.ends, zone).astimezone(UTC)
    if ends_at <= starts_at:
        # The clocks were put forward over the start: the peak keeps its length.
        length = datetime.combine(last_day, peak.ends) - datetime.combine(on, peak.starts)
        ends_at = starts_at + length
    return Shift(
        peak=peak.kind,
        date=on,
        opens_at=starts_at - timedelta(minutes=window.opens_before_minutes),
        starts_at=starts_at,
        late_after=min(starts_at + timedelta(minutes=window.grace_minutes), ends_at),
        ends_at=ends_at,
        check_out_opens_at=max(starts_at, ends_at - timedelta(minutes=window.check_out_before_minutes)),
        closes_at=ends_at + timedelta(minutes=window.close_after_minutes),
    )
