"""Tells of seats that somebody took or left by himself: to desks, his own pages, posts whose next shifts change."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from server.calendar.facts import ShiftsChanged
from server.core.database.transaction import Transaction
from server.core.event_names import EventName, rooms_for_post
from server.core.limits import Limits
from server.places.queries.districts import Place
from server.roster.rules.seats import SeatKey, monday_of


def tell(
    transaction: Transaction,
    account_id: int,
    seats: Collection[SeatKey],
    places: Mapping[int, Place],
    limits: Limits,
) -> None:
    """Publish that some seats of schools' weeks changed, an event a school and week."""
    weeks: dict[tuple[int, date], list[SeatKey]] = {}
    for key in sorted(seats):
        weeks.setdefault((places[key.post_id].school_id, monday_of(key.date)), []).append(key)
    for (school_id, week), keys in sorted(weeks.items()):
        data = {"school_id": school_id, "week": week.isoformat(), "seats": len(keys)}
        rooms = rooms_for_post(**places[keys[0].post_id].scope, account_ids=[account_id])
        transaction.publish(EventName.ROSTER_PUBLISHED, data, rooms)
    near = {
        key.post_id
        for key in seats
        if key.date - transaction.now.astimezone(places[key.post_id].zone).date() <= timedelta(days=1)
    }
    for post_id in sorted(near):
        transaction.announce(ShiftsChanged(places[post_id], limits))
