"""What is known of some people in some weeks: where each stands by all plans, and what speaks against a seat."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from server.calendar.rules import Shift, Window, shifts_on
from server.core.limits import Limits
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.staffing import SecuritySteps
from server.roster.queries import people, plans
from server.roster.rules.conflicts import Found, PlanPerson, Standing, WantedSeat, conflicts
from server.roster.rules.seats import WEEK, RosterLimits, SeatKey, monday_of


def shift_of(place: Place, on: date, peak: str, limits: Limits) -> Shift | None:
    """Give the shift of a post's peak on a date; ``None`` where it does not stand."""
    found = shifts_on(place.peaks_on(on), on, place.zone, limits[Window])
    return next((one for one in found if one.peak == peak), None)


def heads_of(place: Place, on: date, peak: str, limits: Limits) -> Mapping[str, int]:
    """Give how many seats of each group a post needs at a peak of a date."""
    return place.staffing.required(peak, on, limits[SecuritySteps]).heads.as_dict()


def area_of(place: Place, key: SeatKey) -> str | None:
    """Give what the area of a seat is called, if it has a name."""
    names = place.seat_areas.get(key.group, ())
    return (names[key.seat - 1] or None) if key.seat <= len(names) else None


@dataclass(frozen=True, slots=True)
class Roll:
    """Some people, and all seats that each has in some weeks."""

    people: Mapping[int, PlanPerson]
    standings: Mapping[int, list[Standing]]
    limits: Limits

    def against(self, account_id: int, place: Place, key: SeatKey, shift: Shift) -> list[Found]:
        """List what speaks against somebody known in a seat."""
        person = self.people[account_id]
        wanted = WantedSeat(
            Standing(key, place.name, shift.starts_at, shift.ends_at), place.school_id, place.station_id
        )
        most = self.limits[RosterLimits].duties_a_week.of(person.group)
        return conflicts(person, wanted, self.standings.get(account_id, ()), most)

    def name_of(self, account_id: int) -> str | None:
        """Give the name of somebody; ``None`` where he is not known."""
        person = self.people.get(account_id)
        return person.name if person else None

    def duties_in_week(self, account_id: int, on: date) -> int:
        """Count the duties of somebody in the week of a date."""
        monday = monday_of(on)
        return sum(monday <= one.key.date < monday + WEEK for one in self.standings.get(account_id, ()))


@dataclass(frozen=True, slots=True)
class Span:
    """Whole weeks: the first Monday, the last Sunday."""

    first: date
    last: date

    @classmethod
    def around(cls, dates: Collection[date]) -> "Span":
        """Give the weeks that some dates lie in."""
        return cls(monday_of(min(dates)), monday_of(max(dates)) + WEEK - date.resolution)


def roll_of(
    connection: Connection,
    known: Mapping[int, PlanPerson],
    span: Span,
    *,
    own: Mapping[int, Place],
    limits: Limits,
    instead: Mapping[SeatKey, int | None] | None = None,
) -> Roll:
    """Read where some people stand in some weeks.

    At ``own`` posts what is planned counts, elsewhere what is planned and what is published: whoever was told to come
    there is there until somebody publishes otherwise. ``instead`` are seats as they are to be.
    """
    replaced = instead or {}
    rows = plans.planned_of(connection, known, span.first, span.last)
    keys = {(row.key, row.account_id) for row in rows if row.key not in replaced}
    keys |= {
        (plans.key_of(row), row.account_id)
        for row in plans.published_of(connection, known, span.first, span.last)
        if row.post_id not in own and plans.key_of(row) not in replaced
    }
    keys |= {(key, account_id) for key, account_id in replaced.items() if account_id in known}
    others = districts.some_places(connection, {key.post_id for key, _who in keys} - set(own))
    standings = _standings(keys, {**own, **others}.get, limits)
    return Roll(known, standings, limits)


def _standings(
    keys: Iterable[tuple[SeatKey, int | None]], place_of: Callable[[int], Place | None], limits: Limits
) -> dict[int, list[Standing]]:
    found: dict[int, list[Standing]] = {}
    # Many stand at the same peak.
    shifts: dict[tuple[int, date, str], Shift | None] = {}
    for key, account_id in sorted(keys, key=lambda one: one[0]):
        place, peak = place_of(key.post_id), (key.post_id, key.date, key.peak)
        if peak not in shifts:
            shifts[peak] = shift_of(place, key.date, key.peak, limits) if place else None
        shift = shifts[peak]
        if place and shift and account_id is not None:
            one = Standing(key, place.name, shift.starts_at, shift.ends_at)
            found.setdefault(account_id, []).append(one)
    return found


def of_people(
    connection: Connection,
    district_id: int,
    account_ids: Collection[int],
    span: Span,
    *,
    own: Mapping[int, Place],
    limits: Limits,
    instead: Mapping[SeatKey, int | None] | None = None,
) -> Roll:
    """Read some guards of a district, and where each of them stands in some weeks."""
    known = people.by_ids(connection, district_id, account_ids, span.first, span.last)
    return roll_of(connection, known, span, own=own, limits=limits, instead=instead)
