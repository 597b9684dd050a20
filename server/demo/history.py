"""Past days of the demo as its log would have them: ``flask simulate --history``, check-ins and the figures of them.

Who came is drawn by chance; what became of each peak and of each person's month is worked out of the check-ins by the
same rules as in life, so that working them out again changes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random

from sqlalchemy import Connection, select

from server.attendance.queries import log, outcomes
from server.attendance.rules.outcomes import (
    ClosedPeak,
    MonthFigures,
    PeakKey,
    PeakOutcome,
    Plan,
    Presence,
    month_of,
    outcome_of,
)
from server.calendar.queries import shifts
from server.calendar.rules import Shift, Window, shifts_on
from server.calendar.tables import roster
from server.core.access.roles import Group, group_of
from server.core.database.many_rows import ManyRows, batched
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.demo.district import SEED
from server.duty.rules.arrival import CheckOutHow, Verdict
from server.duty.rules.trust import Flag
from server.duty.tables import check_in
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.composition import Composition
from server.places.rules.days import SATURDAY
from server.places.rules.peaks import Peak, PeakKind

PEAKS = (
    Peak(PeakKind.MORNING_ARRIVAL, time(7, 20), time(8)),
    Peak(PeakKind.MORNING_DISMISSAL, time(11, 20), time(11, 50)),
    Peak(PeakKind.AFTERNOON_ARRIVAL, time(13, 40), time(14, 10)),
    Peak(PeakKind.AFTERNOON_DISMISSAL, time(16, 30), time(17, 10)),
)
# So many volunteers more than are asked for come to a peak.
EXTRA_VOLUNTEERS = (2, 3, 4)
NOT_CHECKED_OUT_OF = 20
DAY = timedelta(days=1)
AT_ONCE = 500
KINDS = [one.kind for one in PEAKS]
_COLUMNS = (
    *(
        "account_id",
        "post_id",
        "category",
        "peak",
        "date",
        "starts_at",
        "ends_at",
        "shift",
        "at",
        "claimed_at",
    ),
    *("verdict", "minutes_late", "flags", "verified", "checked_out_at", "checked_out_how"),
)
_check_ins = ManyRows(check_in, _COLUMNS)
# Of a group: each person's number and category.
Staff = dict[Group, list[tuple[int, str]]]
CheckInRow = tuple[object, ...]


@dataclass(slots=True)
class _Peak:
    """A peak as it is drawn: rows of the log, what they say, and who was planned and did not come."""

    place: Place
    shift: Shift
    required: Composition
    rows: list[CheckInRow] = field(default_factory=list)
    stays: list[Presence] = field(default_factory=list)
    planned: list[Group] = field(default_factory=list)
    missed: list[tuple[int, Group]] = field(default_factory=list)

    @property
    def key(self) -> PeakKey:
        return (self.place.post_id, self.shift.date, self.shift.peak)

    def outcome(self) -> PeakOutcome:
        """Work out what became of it, as the clock does once a peak is closed."""
        starts, ends = self.shift.starts_at, self.shift.ends_at
        plan = Plan(Composition.count(self.planned), tuple(self.missed))
        made = outcome_of(ClosedPeak(starts, ends, self.required), plan, self.stays)
        return PeakOutcome(*self.key, starts, ends, made)


def write_history(
    store: Store, *, days: int, limits: Limits, now: datetime, say: Callable[[str], None], number: int = SEED
) -> int:
    """Write the check-ins and figures of the school days before today; gives how many check-ins.

    A day on which anybody checked in is left as it is, so a run that was broken off goes on where it was.
    """
    with store.read() as connection:
        posts = [(place, _staff(connection, place.post_id)) for place in districts.places(connection)]
        lived = set(connection.execute(select(check_in.c.date).distinct()).scalars())
    if not posts:
        return 0
    today = now.astimezone(posts[0][0].zone).date()
    wanted = [today - DAY * back for back in range(days, 0, -1)]
    missing = [on for on in wanted if on.weekday() < SATURDAY and on not in lived]
    written = 0
    for month, of_month in groupby(missing, key=lambda on: on.replace(day=1)):
        served = _Month(month)
        for on in of_month:
            peaks = [
                _drawn(Random(f"{number} {place.post_id} {on} {shift.peak}"), place, shift, staff, limits)
                for place, staff in posts
                for shift in shifts_on(PEAKS, on, place.zone, limits[Window])
            ]
            _write(store, peaks, now)
            for peak in peaks:
                served.add(peak)
                written += len(peak.rows)
        served.write(store, now, is_whole=not any(on.replace(day=1) == month for on in lived))
        say(f"history: {written:,} check-ins up to {month:%Y-%m}")
    return written


class _Month:
    """What some people did in a month."""

    def __init__(self, month: date) -> None:
        self._month = month
        self._stays: defaultdict[int, defaultdict[PeakKey, list[Presence]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._missed = Counter[int]()

    def add(self, peak: _Peak) -> None:
        for one in peak.stays:
            self._stays[one.account_id][peak.key].append(one)
        self._missed.update(account_id for account_id, _group in peak.missed)

    def write(self, store: Store, now: datetime, *, is_whole: bool) -> None:
        """Write the figures; of a month that was partly lived the clock adds them up."""
        people = sorted(self._stays.keys() | self._missed.keys())
        for some in batched(people, 500):
            with store.transaction(now) as transaction:
                if is_whole:
                    outcomes.write_months(transaction.connection, [self._figures(who) for who in some])
                else:
                    outcomes.mark_months(transaction.connection, [(who, self._month) for who in some])

    def _figures(self, who: int) -> tuple[outcomes.PersonMonth, MonthFigures]:
        return (who, self._month), month_of(self._stays[who].values(), no_shows=self._missed[who])


def _staff(connection: Connection, post_id: int) -> Staff:
    """Read who is on the list of a post, by group."""
    query = (
        select(roster.c.account_id, roster.c.category)
        .where(roster.c.post_id == post_id, roster.c.account_id.is_not(None))
        .distinct()
        .order_by(roster.c.account_id)
    )
    found: Staff = {group: [] for group in Group}
    for row in connection.execute(query):
        found[group_of(row.category)].append((row.account_id, row.category))
    return found


def _drawn(random: Random, place: Place, shift: Shift, staff: Staff, limits: Limits) -> _Peak:
    """Draw who came to a peak: most in time, some late, some unverified, some not at all or for another."""
    peak = _Peak(place, shift, shifts.required(place, shift, limits))
    chance = _chance(place.post_id, shift.date)
    turn = shift.date.toordinal() * len(PEAKS) + KINDS.index(shift.peak)
    for group, people in staff.items():
        planned = peak.required.of(group)
        extra = random.choice(EXTRA_VOLUNTEERS) if group is Group.VOLUNTEER else 0
        # One more, who may come for somebody.
        seats = min(planned + extra + 1, len(people))
        order = [people[(turn * planned + seat) % len(people)] for seat in range(seats)]
        spare = order[planned:]
        for one in order[:planned]:
            peak.planned.append(group)
            drawn = random.random()
            if drawn < chance:
                _comes(random, peak, one, late=random.random() > chance)
            elif drawn < chance + (1 - chance) / 4:
                _comes(random, peak, one, verified=False)
            else:
                peak.missed.append((one[0], group))
                if spare and random.random() < 1 / 2:
                    _comes(random, peak, spare.pop(), late=True)
        for one in spare[:extra]:
            _comes(random, peak, one)
    return peak


def _chance(post_id: int, on: date) -> float:
    """Give how surely somebody comes to a post: each has its own chance, and gets better or worse."""
    random = Random(f"post of the demo {post_id}")
    good, slope = 0.993 - 0.12 * random.betavariate(1, 6), random.uniform(-0.001, 0.001)
    return min(0.995, max(0.4, good + slope * (on.toordinal() % 365 / 7 - 26)))


def _comes(
    random: Random, peak: _Peak, who: tuple[int, str], *, late: bool = False, verified: bool = True
) -> None:
    """Let somebody check in: in time or late, checked out by himself or by the clock."""
    (account_id, category), shift = who, peak.shift
    minutes = random.randint(6, 18) if late else -random.randint(1, 20)
    at = shift.starts_at + timedelta(minutes=minutes, seconds=random.randrange(60))
    forgot = random.randrange(NOT_CHECKED_OUT_OF) == 0
    left = shift.closes_at if forgot else shift.ends_at + timedelta(seconds=random.randrange(600))
    how = CheckOutHow.NO_CHECK_OUT if forgot else CheckOutHow.CHECK_OUT
    verdict = Verdict.LATE if late else Verdict.ON_TIME
    flags = [] if verified else [Flag.NO_FIX.value]
    peak.rows.append(
        (
            *(
                account_id,
                peak.place.post_id,
                category,
                shift.peak,
                shift.date,
                shift.starts_at,
                shift.ends_at,
            ),
            *(shift.as_dict(), at, at, verdict.value, max(minutes, 0), flags, verified, left, how.value),
        )
    )
    stay = Presence(
        account_id=account_id,
        group=group_of(category),
        verified=verified,
        late=late,
        starts_at=shift.starts_at,
        arrived_at=at,
        left_at=shift.ends_at if forgot else left,
    )
    peak.stays.append(stay)


def _write(store: Store, peaks: Sequence[_Peak], now: datetime) -> None:
    """Write a day whole, so that it is lived or not."""
    rows = [row for peak in peaks for row in peak.rows]
    made = [peak.outcome() for peak in peaks]
    missed = [(peak.key, *one) for peak in peaks for one in peak.missed]
    with store.transaction(now) as transaction:
        connection = transaction.connection
        for some in batched(rows, AT_ONCE):
            _check_ins.write(connection, some)
        for these in batched(made, AT_ONCE):
            outcomes.write(connection, these, now)
        for those in batched(missed, AT_ONCE):
            log.note_missed(connection, those)
