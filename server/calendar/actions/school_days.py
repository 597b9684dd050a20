"""Whether a date is a school day: switched for a whole district by whoever runs the server."""

from datetime import date, datetime

from server.calendar.queries import days
from server.calendar.service import posts, years
from server.core import audit
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts
from server.places.rules.days import DaySource


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
        row = days.between(transaction.connection, number, None, on, on).get(on)
        before = row.school_day if row else None
        values = {"school_day": school_day, "source": DaySource.COMMAND.value, "changed_at": now}
        days.put(transaction.connection, number, None, [{**years.over(row, on), **values}])
        facts = {"district_id": number, "date": on.isoformat(), "from": before, "to": school_day}
        audit.record(transaction.connection, now=now, actor_id=None, act="school_day", facts=facts)
    posts.tell(store, district_id=number, school_id=None, limits=limits, now=now)
    return str(found[0].name)
