"""Drafts weeks of a school: what is open is given out by a flow, every seat left open says why."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from server.calendar.rules import Shift, Window, shifts_on
from server.core.access.roles import Group
from server.core.jobs.kinds import Work
from server.core.limits import Limits
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.composition import Composition
from server.places.rules.staffing import SecuritySteps
from server.roster.queries import people, plans
from server.roster.rules.conflicts import Conflict
from server.roster.rules.flow import FlowPerson, FlowPlace, give_out
from server.roster.rules.open_seats import WhyOpen, most_of, of_conflict
from server.roster.rules.seats import WEEK, RosterLimits, SeatKey, monday_of
from server.roster.service import rolls
from server.roster.service.rolls import Roll, Span
from server.roster.tables import PlannedDuty

PROPOSE = "roster_proposal"
# Writing so many seats, each judged once more, takes well under 50 ms.
ROWS_AT_ONCE = 80
# Who served much of late gets less; who stood somewhere of late knows the place.
LOOKS_BACK = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class ProposalOf:
    """Which weeks of which school, whose seats, and the numbers of the rules: all as JSON.

    ``week`` is the first Monday; ``duties_a_week`` are numbers by group, ``security`` the steps by pupils.
    """

    district_id: int
    school_id: int
    week: str
    weeks: int
    groups: list[str]
    duties_a_week: dict[str, int]
    security: list[list[int]]
    each_further: int

    def limits(self) -> Limits:
        """Give the rules' numbers."""
        steps = tuple((pupils, guards) for pupils, guards in self.security)
        return Limits(
            Window(),
            SecuritySteps(steps, self.each_further),
            RosterLimits(Composition.from_dict(self.duties_a_week)),
        )

    def span(self) -> Span:
        """Give its weeks."""
        monday = date.fromisoformat(self.week)
        return Span(monday, monday + self.weeks * WEEK - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class _Open:
    """The open seats of a group at a peak of a post."""

    place: Place
    shift: Shift
    seats: tuple[SeatKey, ...]

    @property
    def on(self) -> date:
        return self.shift.date

    @property
    def peak(self) -> str:
        return self.shift.peak


def run(work: Work, asked: ProposalOf) -> None:
    """Propose who takes the open seats, group by group, and hand it over."""
    for done, group in enumerate(asked.groups):
        work.progress(done, len(asked.groups))
        with work.read() as connection:
            rows = list(_of_group(connection, asked, Group(group), work.now()))
        for first in range(0, len(rows), ROWS_AT_ONCE):
            work.hand_over(rows[first : first + ROWS_AT_ONCE])


def _of_group(
    connection: Connection, asked: ProposalOf, group: Group, now: datetime
) -> Iterator[Mapping[str, object]]:
    limits, span = asked.limits(), asked.span()
    found = districts.places(connection, district_id=asked.district_id, school_id=asked.school_id)
    places = {place.post_id: place for place in found}
    planned = plans.planned(connection, places, span.first, span.last)
    wanted = [one for place in found for one in _open(place, span, group, planned, limits, now) if one.seats]
    if not wanted:
        return
    first = found[0]
    known = people.of_group(
        connection,
        group,
        school_id=first.school_id,
        station_id=first.station_id,
        text="",
        first=span.first,
        last=span.last,
    )
    roll = rolls.roll_of(connection, known, span, own=places, limits=limits)
    before = _before(connection, known, span.first)
    yield from _given(wanted, roll, before, limits)


def _open(
    place: Place,
    span: Span,
    group: Group,
    planned: Mapping[SeatKey, PlannedDuty],
    limits: Limits,
    now: datetime,
) -> Iterator[_Open]:
    """Give the peaks that are still to come, with the seats that nobody has and nobody has touched."""
    for on in (span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)):
        for shift in shifts_on(place.peaks_on(on), on, place.zone, limits[Window]):
            needed = rolls.heads_of(place, on, shift.peak, limits).get(group.value, 0)
            every = (SeatKey(place.post_id, on, shift.peak, group.value, n) for n in range(1, needed + 1))
            seats = tuple(key for key in every if is_free(planned.get(key)))
            if shift.starts_at > now:
                yield _Open(place, shift, seats)


def is_free(row: PlannedDuty | None) -> bool:
    """Tell whether a proposal may fill a seat: nobody has it, and nobody emptied it on purpose."""
    return row is None or (row.account_id is None and not plans.is_emptied(row))


def _before(
    connection: Connection, account_ids: Collection[int], first: date
) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    for row in plans.published_of(connection, account_ids, first - LOOKS_BACK, first - timedelta(days=1)):
        found.setdefault(row.account_id, []).append((row.post_id, row.peak))
    return found


def _given(
    wanted: list[_Open], roll: Roll, before: Mapping[int, list[tuple[int, str]]], limits: Limits
) -> Iterator[Mapping[str, object]]:
    against = {who: _against(roll, who, wanted) for who in roll.people}
    weeks = {monday_of(one.on) for one in wanted}
    flow_people = [
        FlowPerson(
            account_id=who,
            places=frozenset(at for at, why in enumerate(his) if why is None),
            served=len(before.get(who, ())),
            room={week: _room(roll, who, week, limits) for week in weeks},
            knows=frozenset(before.get(who, ())),
        )
        for who, his in against.items()
    ]
    flow_places = [
        FlowPlace(one.place.post_id, one.on, one.peak, monday_of(one.on), len(one.seats)) for one in wanted
    ]
    given = give_out(flow_places, flow_people)
    loads = Counter((who, monday_of(wanted[at].on)) for at, some in given.items() for who in some)
    taken = {(who, wanted[at].on, wanted[at].peak) for at, some in given.items() for who in some}
    room = {one.account_id: one.room for one in flow_people}
    for at, one in enumerate(wanted):
        takers = given[at]
        for key, who in zip(one.seats, takers, strict=False):
            yield _row(key, who, None)
        if len(takers) == len(one.seats):
            continue
        whys = []
        for who, his in against.items():
            if who in takers:
                continue
            why = his[at]
            if why is None:
                full = loads[who, monday_of(one.on)] >= room[who][monday_of(one.on)]
                why = WhyOpen.ELSEWHERE if (who, one.on, one.peak) in taken or not full else WhyOpen.WEEK_FULL
            whys.append(why)
        for key in one.seats[len(takers) :]:
            # Who is at the same peak already is why a second seat of it stays open.
            yield _row(key, None, most_of(whys or [WhyOpen.ELSEWHERE for _who in takers]))


def _room(roll: Roll, who: int, week: date, limits: Limits) -> int:
    most = limits[RosterLimits].duties_a_week.of(roll.people[who].group)
    return max(0, most - roll.duties_in_week(who, week))


def _against(roll: Roll, who: int, wanted: list[_Open]) -> list[WhyOpen | None]:
    """Say for each place what speaks against somebody; his share of the week is the flow's business."""
    if not roll.people[who].away and not roll.standings.get(who):
        # All places are of one school and one group: what speaks against him at one does at each.
        return [_why(roll, who, wanted[0])] * len(wanted)
    return [_why(roll, who, one) for one in wanted]


def _why(roll: Roll, who: int, one: _Open) -> WhyOpen | None:
    found = (why.conflict for why in roll.against(who, one.place, one.seats[0], one.shift))
    hard = next((conflict for conflict in found if conflict != Conflict.TOO_MANY), None)
    return None if hard is None else of_conflict(hard) or WhyOpen.NOT_READY


def _row(key: SeatKey, account_id: int | None, why: WhyOpen | None) -> Mapping[str, object]:
    return {
        "post_id": key.post_id,
        "date": key.date.isoformat(),
        "peak": key.peak,
        "group": key.group,
        "seat": key.seat,
        "account_id": account_id,
        "why": why.value if why else None,
    }
