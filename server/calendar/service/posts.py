"""Telling the posts whose shifts a change of the calendar touches, and whether one of them is open now."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from server.calendar.facts import ShiftsChanged
from server.calendar.queries import shifts
from server.calendar.rules import Shift
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.tables import District

# Posts by their numbers, each with a shift of its own.
OpenShifts = set[tuple[int, Shift]]

# So many posts share a transaction: an alarm never waits for more than these.
AT_ONCE = 10


def today_of(district: District, now: datetime) -> date:
    """Give the local date of a district."""
    return now.astimezone(ZoneInfo(district.time_zone)).date()


def of_school(places: Collection[Place], school_id: int | None) -> list[Place]:
    """Give the posts of a school; of all of them without one."""
    return [place for place in places if school_id in {None, place.school_id}]


def running_on(places: Collection[Place], dates: Collection[date], limits: Limits, now: datetime) -> int:
    """Count the posts at which a shift of some dates is open now."""
    return sum(
        any(
            one.date in dates and one.opens_at <= now < one.ends_at
            for one in shifts.around(place, limits, now)
        )
        for place in places
    )


def open_now(connection: Connection, district_id: int, limits: Limits, now: datetime) -> OpenShifts:
    """Give the shifts of a district's posts that are open now, as the connection sees its calendar."""
    return {
        (place.post_id, one)
        for place in districts.places(connection, district_id=district_id)
        for one in shifts.around(place, limits, now)
        if one.opens_at <= now < one.ends_at
    }


def is_near(dates: Collection[date], today: date) -> bool:
    """Tell whether a change of some dates can touch a shift of now; others the clock takes up when they come."""
    return any(abs(on - today) <= timedelta(days=1) for on in dates)


def tell(store: Store, *, district_id: int, school_id: int | None, limits: Limits, now: datetime) -> None:
    """Work out the lines of a district's (or a school's) posts anew, some at a time."""
    with store.read() as connection:
        places = of_school(districts.places(connection, district_id=district_id), school_id)
    for some in _in_tens(places):
        with store.transaction(now) as transaction:
            for place in some:
                transaction.announce(ShiftsChanged(place, limits))


def _in_tens(places: list[Place]) -> Iterator[list[Place]]:
    for start in range(0, len(places), AT_ONCE):
        yield places[start : start + AT_ONCE]
