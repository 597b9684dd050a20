"""Drafts weeks of a school: what is open is read, given out, and handed over."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from server.calendar.rules import Window, shifts_on
from server.core.access.roles import Group
from server.core.jobs.kinds import Work
from server.core.limits import Limits
from server.duty.queries.served import served
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.composition import Composition
from server.places.rules.staffing import SecuritySteps
from server.roster.queries import people, plans, wishes
from server.roster.rules.newcomers import newcomers
from server.roster.rules.seats import WEEK, RosterLimits, SeatKey
from server.roster.service import rolls
from server.roster.service.drafting import Draft, GroupOpen, Open
from server.roster.service.rolls import Span
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


def run(work: Work, asked: ProposalOf) -> None:
    """Propose who takes the open seats, group by group, and hand it over."""
    work.progress(0, len(asked.groups))
    with work.read() as connection:
        found = draft(connection, asked, work.now())
    found.give_out()
    for done, group in enumerate(found.groups):
        work.progress(done, len(found.groups))
        rows = list(found.rows(group))
        for first in range(0, len(rows), ROWS_AT_ONCE):
            work.hand_over(rows[first : first + ROWS_AT_ONCE])


def draft(connection: Connection, asked: ProposalOf, now: datetime) -> Draft:
    """Read what is open, who there is, and who has served before: all that a draft needs to be given out."""
    limits, span = asked.limits(), asked.span()
    found = districts.places(connection, district_id=asked.district_id, school_id=asked.school_id)
    places = {place.post_id: place for place in found}
    planned = plans.planned(connection, places, span.first, span.last)
    there = {(key.post_id, key.date, key.peak): set[int]() for key in planned}
    for key, row in planned.items():
        if row.account_id is not None:
            there[key.post_id, key.date, key.peak].add(row.account_id)
    groups = []
    for group in asked.groups:
        wanted = [
            one
            for place in found
            for one in _open(place, span, Group(group), planned, limits, now)
            if one.seats
        ]
        if wanted:
            groups.append(_group(connection, wanted, Group(group), places, span, limits))
    able = {who for group in groups for who in group.able()}.union(*there.values())
    return Draft(groups, newcomers(able, served(connection, able)), there, limits)


def _group(
    connection: Connection,
    wanted: list[Open],
    group: Group,
    places: Mapping[int, Place],
    span: Span,
    limits: Limits,
) -> GroupOpen:
    first = wanted[0].place
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
    return GroupOpen.of(
        wanted, roll, _before(connection, known, span.first), wishes.of_people(connection, known, places)
    )


def _open(
    place: Place,
    span: Span,
    group: Group,
    planned: Mapping[SeatKey, PlannedDuty],
    limits: Limits,
    now: datetime,
) -> Iterator[Open]:
    """Give the peaks that are still to come, with the seats that nobody has and nobody has touched."""
    for on in (span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)):
        for shift in shifts_on(place.peaks_on(on), on, place.zone, limits[Window]):
            needed = rolls.heads_of(place, on, shift.peak, limits).get(group.value, 0)
            every = (SeatKey(place.post_id, on, shift.peak, group.value, n) for n in range(1, needed + 1))
            seats = tuple(key for key in every if is_free(planned.get(key)))
            if shift.starts_at > now:
                yield Open(place, shift, seats)


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
