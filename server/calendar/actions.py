"""Whether a date is a school day: switched for a whole district by whoever runs the server."""

from collections.abc import Iterator
from datetime import date, datetime

from server.calendar.facts import ShiftsChanged
from server.core import audit
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts, timetables
from server.places.queries.districts import Place

# So many posts share a transaction: an alarm never waits for more than these.
AT_ONCE = 10


def switch(
    store: Store, *, district: str | None, on: date, school_day: bool, limits: Limits, now: datetime
) -> str:
    """Make a date a school day or a day off in a district, and tell its posts' lines; gives the district's name.

    Schools with a day of their own in the calendar keep it. ``district`` may be left out where there is one.
    Whoever is on duty stays so. Raises ``Refused``: ``which_district`` (names).
    """
    with store.read() as connection:
        there = districts.all_districts(connection)
    found = [one for one in there if district in {None, one.name}]
    if len(found) != 1:
        raise Refused("which_district", names=[one.name for one in there])
    number = found[0].id
    with store.transaction(now) as transaction:
        before = timetables.school_day_of(transaction.connection, number, on)
        timetables.set_school_day(transaction.connection, number, on, school_day=school_day)
        facts = {"district_id": number, "date": on.isoformat(), "from": before, "to": school_day}
        audit.record(transaction.connection, now=now, actor_id=None, act="school_day", facts=facts)
    with store.read() as connection:
        places = districts.places(connection, district_id=number)
    for some in _in_tens(places):
        with store.transaction(now) as transaction:
            for place in some:
                transaction.announce(ShiftsChanged(place, limits))
    return str(found[0].name)


def _in_tens(places: list[Place]) -> Iterator[list[Place]]:
    for start in range(0, len(places), AT_ONCE):
        yield places[start : start + AT_ONCE]
