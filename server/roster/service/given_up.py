"""What becomes of plans when a post is archived or goes to another school: nobody is to come there any more."""

from collections.abc import Collection
from datetime import date

from server.calendar.facts import PostGivenUp
from server.core.database.transaction import Transaction
from server.core.event_names import EventName, rooms_for_post
from server.places.queries.districts import Place
from server.roster.queries import patterns, plans
from server.roster.rules.seats import SeatKey, monday_of
from server.roster.service import news, rolls, scopes


def given_up(transaction: Transaction, fact: PostGivenUp) -> None:
    """Take back who is planned and who was told to come to what has not begun; who was told hears of it."""
    place, connection, now = fact.place, transaction.connection, transaction.now
    patterns.forget_posts(connection, [place.post_id])
    scopes.hold_plan(transaction, place.school_id)
    today = now.astimezone(place.zone).date()

    def is_ahead(key: SeatKey) -> bool:
        shift = rolls.shift_of(place, key.date, key.peak, fact.limits)
        return shift is None or shift.starts_at >= now

    there = {
        key: row
        for key, row in plans.planned(connection, [place.post_id], today, date.max).items()
        if row.account_id is not None and is_ahead(key)
    }
    told = [
        row
        for key, row in plans.published(connection, [place.post_id], today, date.max).items()
        if is_ahead(key)
    ]
    plans.put(connection, dict.fromkeys(there), there, source=plans.GIVEN_UP, by=fact.by, now=now)
    plans.publish(connection, take=told, put=(), now=now)
    taken = [(plans.key_of(row), row.account_id) for row in told]
    news.tell(transaction, {place.post_id: place}, given=(), taken=taken, limits=fact.limits)
    _show(transaction, place, {*there, *(key for key, _who in taken)}, {who for _key, who in taken})


def _show(
    transaction: Transaction, place: Place, seats: Collection[SeatKey], people: Collection[int]
) -> None:
    """Let desks and those who were told read the weeks anew."""
    for week in sorted({monday_of(key.date) for key in seats}):
        changed = sum(monday_of(key.date) == week for key in seats)
        data = {"school_id": place.school_id, "week": week.isoformat(), "seats": changed}
        rooms = rooms_for_post(**place.scope, account_ids=sorted(people))
        transaction.publish(EventName.ROSTER_PUBLISHED, data, rooms)
