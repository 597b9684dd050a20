"""A school's week as it is planned: its days, the seats of each post and peak, who takes them, what is published."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from server.calendar.queries import answers
from server.calendar.queries.answers import Answered, DutyKey
from server.calendar.rules import Shift, Window, shifts_on
from server.calendar.tables import PublishedDuty
from server.core.access.roles import Act, Actor, Group, may, require
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment_or_none
from server.places.queries.districts import Place
from server.places.rules.days import SATURDAY, DayVerdict
from server.places.rules.peaks import PeakKind
from server.roster.queries import plans, reminders, stand_ins, wishes
from server.roster.rules.conflicts import OF_THE_SEAT, Conflict
from server.roster.rules.open_seats import WhyOpen
from server.roster.rules.seats import (
    SeatKey,
    days_of,
    fingerprint,
    groups_planned_by,
    is_too_far,
    monday_of,
)
from server.roster.rules.week_views import DayOfWeek, PostOfWeek, RosterWeek, SeatView
from server.roster.rules.wishes import WeekdayPeak, Wish
from server.roster.service import rolls, scopes
from server.roster.service.rolls import Roll, Span
from server.roster.tables import PlannedDuty, StandIn


@dataclass(frozen=True, slots=True)
class _Week:
    actor: Actor
    planned: Mapping[SeatKey, PlannedDuty]
    published: Mapping[SeatKey, PublishedDuty]
    roll: Roll
    wishes: Mapping[int, Mapping[WeekdayPeak, Wish]]
    limits: Limits
    now: datetime
    # The seats that somebody has, by post, date and peak.
    taken: Mapping[tuple[int, date, str], set[SeatKey]]
    answers: Mapping[DutyKey, Answered]
    reminded: Collection[DutyKey]
    stand_ins: Mapping[tuple[int, int, date, str], StandIn]


def shown(
    store: Store, *, actor: Actor, school_id: int | None, week: date | None, limits: Limits, now: datetime
) -> RosterWeek:
    """Show a week of a school in scope, this week by default; a school's user sees his own school.

    Raises ``Refused``: ``not_your_role``, ``not_found`` for a school outside the scope or a day that is no Monday.
    """
    require(actor, Act.SEE_ROSTER)
    with store.read() as connection:
        places = scopes.posts_of(connection, actor, scopes.school_of(actor, school_id))
        first = next(iter(places.values()))
        today = now.astimezone(first.zone).date()
        monday = week or monday_of(today)
        scopes.require_monday(monday)
        return _view(connection, actor, places, monday, today, limits, now)


def _view(
    connection: Connection,
    actor: Actor,
    places: Mapping[int, Place],
    monday: date,
    today: date,
    limits: Limits,
    now: datetime,
) -> RosterWeek:
    dates = days_of(monday)
    planned = plans.planned(connection, places, dates[0], dates[-1])
    published = plans.published(connection, places, dates[0], dates[-1])
    searches = stand_ins.at_posts(connection, places, dates[0], dates[-1])
    numbers = {row.account_id for row in planned.values() if row.account_id}
    numbers |= {row.account_id for row in searches.values()}
    numbers |= {row.account_id for row in published.values()}
    numbers |= {row.changed_by for row in planned.values() if is_left(row) and row.changed_by}
    span = Span(dates[0], dates[-1])
    roll = rolls.of_people(connection, actor.district_id, numbers, span, own=places, limits=limits)
    said = answers.at_posts(connection, places, dates[0], dates[-1])
    reminded = reminders.at_posts(connection, places, dates[0], dates[-1])
    known = _Week(
        actor,
        planned,
        published,
        roll,
        wishes.of_people(connection, numbers, places),
        limits,
        now,
        _taken(planned, published),
        said,
        reminded,
        searches,
    )
    first = next(iter(places.values()))
    plans_seats = [(key, row.account_id, row.version) for key, row in planned.items()]
    may_plan = may(actor, Act.PLAN_ROSTER) and not is_too_far(monday, today)
    groups = groups_planned_by(actor) if may_plan else ()
    return {
        "school_id": first.school_id,
        "school_name": first.school_name,
        "week": monday.isoformat(),
        "today": today.isoformat(),
        "may_plan": [group.value for group in groups],
        "fingerprint": fingerprint(plans_seats),
        "days": [_day(on, first.days.on(on)) for on in dates],
        "posts": [_post(place, dates, known) for place in places.values()],
    }


def is_left(row: PlannedDuty) -> bool:
    """Tell whether somebody opened his seat by himself."""
    return row.account_id is None and row.source in {plans.ABSENCE, plans.GIVEN_BACK}


def _taken(
    planned: Mapping[SeatKey, PlannedDuty], published: Mapping[SeatKey, PublishedDuty]
) -> dict[tuple[int, date, str], set[SeatKey]]:
    found: dict[tuple[int, date, str], set[SeatKey]] = {}
    for key in (*(key for key, row in planned.items() if row.account_id), *published):
        found.setdefault((key.post_id, key.date, key.peak), set()).add(key)
    return found


def _why(row: PlannedDuty | None) -> str | None:
    """Say why a seat is open, or what a proposal says of one that it filled, as far as somebody has said so."""
    if row is None:
        return None
    return WhyOpen.EMPTIED.value if plans.is_emptied(row) else row.why


def _day(on: date, verdict: DayVerdict) -> DayOfWeek:
    return {
        "date": on.isoformat(),
        "school_day": verdict.school_day,
        "make_up": verdict.school_day and on.weekday() >= SATURDAY,
        "name": verdict.name,
        "provisional": verdict.provisional,
    }


_ORDER = {kind.value: at for at, kind in enumerate(PeakKind)}
_GROUPS = {group.value: at for at, group in enumerate(Group)}


def _post(place: Place, dates: tuple[date, ...], week: _Week) -> PostOfWeek:
    shifts = [
        shift for on in dates for shift in shifts_on(place.peaks_on(on), on, place.zone, week.limits[Window])
    ]
    return {
        "post_id": place.post_id,
        "name": place.name,
        "peaks": [
            {
                "date": shift.date.isoformat(),
                "peak": shift.peak,
                "starts": f"{shift.starts_at.astimezone(place.zone):%H:%M}",
                "ends": f"{shift.ends_at.astimezone(place.zone):%H:%M}",
                "over": shift.ends_at <= week.now,
            }
            for shift in shifts
        ],
        "seats": [seat for shift in shifts for seat in _seats(place, shift, week)],
    }


def _seats(place: Place, shift: Shift, week: _Week) -> Iterator[SeatView]:
    on, peak = shift.date, shift.peak
    heads = rolls.heads_of(place, on, peak, week.limits)
    keys = {
        SeatKey(place.post_id, on, peak, group, seat)
        for group, number in heads.items()
        for seat in range(1, number + 1)
    }
    keys |= week.taken.get((place.post_id, on, peak), set())
    for key in sorted(keys, key=lambda one: (_GROUPS.get(one.group, 9), one.seat)):
        yield _seat(place, key, shift, week, needed=key.seat <= heads.get(key.group, 0))


def _seat(place: Place, key: SeatKey, shift: Shift, week: _Week, *, needed: bool) -> SeatView:
    row, told = week.planned.get(key), week.published.get(key)
    person = week.roll.people.get(row.account_id or 0) if row else None
    against: list[Conflict] = []
    wish = None
    if person is not None and shift.ends_at > week.now:
        against = [one.conflict for one in week.roll.against(person.account_id, place, key, shift)]
        wish = week.wishes.get(person.account_id, {}).get(WeekdayPeak.on(place.post_id, key.peak, key.date))
        if not scopes.knows(week.actor, person):
            # How somebody stands who belongs elsewhere by now, or is planned by his station, is not told.
            against, wish = [one for one in against if one in OF_THE_SEAT], None
    duty = DutyKey(told.account_id, key.post_id, key.date, key.peak) if told else None
    said = week.answers.get(duty) if duty else None
    search = week.stand_ins.get((duty.account_id, duty.post_id, duty.date, duty.peak)) if duty else None
    return {
        "date": key.date.isoformat(),
        "peak": key.peak,
        "group": key.group,
        "seat": key.seat,
        "area": rolls.area_of(place, key),
        "needed": needed,
        "account_id": person.account_id if person else None,
        "name": person.name if person else None,
        "category": person.category if person else None,
        "version": row.version if row else 0,
        "source": row.source if row else None,
        "why": _why(row),
        "left_by": week.roll.name_of(row.changed_by) if row and is_left(row) and row.changed_by else None,
        "conflicts": [one.value for one in against],
        "wish": wish.value if wish else None,
        "published_id": told.account_id if told else None,
        "published_name": week.roll.name_of(told.account_id) if told else None,
        "answer": said.answer.value if said else None,
        "answered_at": moment_or_none(said.at) if said else None,
        "reminded": duty in week.reminded,
        "stand_in": search.state if search else None,
        "stand_in_id": search.id if search else None,
        "stands_in_for": week.roll.name_of(search.account_id) if search and search.taken_by else None,
    }
