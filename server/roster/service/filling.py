"""Puts who comes by weekly patterns into the open seats of some weeks, and says what stays open."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from server.calendar.rules import Shift, Window, shifts_on
from server.core.access.roles import Group
from server.places.queries.districts import Place
from server.places.rules.days import SATURDAY
from server.roster.queries import plans
from server.roster.rules.conflicts import Conflict, PlanPerson, Standing
from server.roster.rules.patterns import Pattern, Unfilled, comes, free_seat
from server.roster.rules.seats import SeatKey
from server.roster.service import rolls
from server.roster.service.rolls import Roll, Span
from server.roster.tables import PlannedDuty


@dataclass(frozen=True, slots=True)
class Left:
    """A place that a pattern asks for and that stays open, and why."""

    on: date
    pattern: Pattern
    group: str
    why: Conflict | Unfilled


@dataclass(frozen=True, slots=True)
class Asked:
    """What is filled: posts, weeks, groups; ``knows`` tells of whom more may be said than that he belongs elsewhere."""

    places: Mapping[int, Place]
    span: Span
    groups: Collection[Group]
    knows: Callable[[PlanPerson], bool]
    now: datetime


@dataclass(slots=True)
class Filled:
    """Who takes which seats, and what stays open."""

    people: dict[SeatKey, int | None] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    # All who have a seat, by post, date and peak.
    seated: dict[tuple[int, date, str], dict[SeatKey, int]] = field(default_factory=dict)

    def seat(self, key: SeatKey, account_id: int) -> None:
        """Note that somebody has a seat."""
        self.seated.setdefault((key.post_id, key.date, key.peak), {})[key] = account_id


def fill(
    asked: Asked, patterns: Collection[Pattern], there: Mapping[SeatKey, PlannedDuty], roll: Roll
) -> Filled:
    """Find a seat for each person on each date; whoever has one at that peak keeps it, as does each seat touched.

    An earlier pattern comes before a later one. More duties a week than usual are meant.
    """
    found = Filled()
    for key, row in there.items():
        if row.account_id is not None:
            found.seat(key, row.account_id)
    # Each seat that is given counts for what follows.
    standings = {who: list(roll.standings.get(who, ())) for who in roll.people}
    mine = Roll(roll.people, standings, roll.limits)
    for on in _dates(asked.span):
        for post_id, place in asked.places.items():
            here = [one for one in patterns if one.post_id == post_id]
            if here:
                _fill_day(asked, place, on, here, there, mine, found)
    return found


def _dates(span: Span) -> Iterator[date]:
    return (span.first + timedelta(days=step) for step in range((span.last - span.first).days + 1))


def _fill_day(
    asked: Asked,
    place: Place,
    on: date,
    patterns: Collection[Pattern],
    there: Mapping[SeatKey, PlannedDuty],
    roll: Roll,
    found: Filled,
) -> None:
    verdict = place.days.on(on)
    if not verdict.school_day:
        return
    make_up = on.weekday() >= SATURDAY
    shifts = {one.peak: one for one in shifts_on(place.peaks_on(on), on, place.zone, roll.limits[Window])}
    for one in patterns:
        person = roll.people.get(one.account_id)
        wanted = comes(one, on, make_up=make_up)
        if wanted is False or person is None or person.group not in asked.groups:
            continue
        group = person.group.value
        shift = shifts.get(one.peak)
        if shift is not None and shift.starts_at <= asked.now:
            continue
        if shift is None:
            # Half a day off, or the timetable has it no more: said once.
            none = Unfilled.NO_PEAK if asked.knows(person) else Conflict.OTHER_UNIT
            if one.peak not in place.peak_kinds_on(on) and not _is_said(found, one, none):
                found.left.append(Left(on, one, group, none))
            continue
        why: Conflict | Unfilled | None = Conflict.OTHER_UNIT
        if asked.knows(person):
            why = wanted if wanted is not True else _take(place, shift, one, there, roll, found)
        if why is not None:
            found.left.append(Left(on, one, group, why))


def _is_said(found: Filled, one: Pattern, why: Conflict | Unfilled) -> bool:
    return any(left.pattern.id == one.id and left.why == why for left in found.left)


def _take(
    place: Place,
    shift: Shift,
    one: Pattern,
    there: Mapping[SeatKey, PlannedDuty],
    roll: Roll,
    found: Filled,
) -> Conflict | Unfilled | None:
    """Give somebody a seat, or say why he has none; whoever has one at that post and peak needs none."""
    person = roll.people[one.account_id]
    taken = found.seated.get((place.post_id, shift.date, one.peak), {})
    if one.account_id in taken.values():
        return None
    heads = rolls.heads_of(place, shift.date, one.peak, roll.limits).get(person.group.value, 0)
    seats = [
        SeatKey(place.post_id, shift.date, one.peak, person.group.value, number)
        for number in range(1, heads + 1)
    ]
    emptied = {key for key in seats if key in there and plans.is_emptied(there[key])}
    key = free_seat(seats, taken, emptied)
    if isinstance(key, Unfilled):
        return key
    against = (each.conflict for each in roll.against(one.account_id, place, key, shift))
    hard = next((conflict for conflict in against if conflict != Conflict.TOO_MANY), None)
    if hard is None:
        found.people[key] = one.account_id
        found.seat(key, one.account_id)
        standing = Standing(key, place.name, shift.starts_at, shift.ends_at)
        roll.standings[one.account_id].append(standing)
    return hard
