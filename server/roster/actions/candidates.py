"""Who could take a seat: the people of its group, those first against whom nothing speaks and who have least to do."""

from typing import TypedDict

from server.core.access.roles import Act, Actor, Group, require, sees_post
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts
from server.roster.queries import people, wishes
from server.roster.rules.conflicts import Conflict
from server.roster.rules.seats import SeatKey, require_groups
from server.roster.rules.wishes import WeekdayPeak
from server.roster.service import rolls, scopes
from server.roster.service.rolls import Span

MOST_SHOWN = 40


class CandidateView(TypedDict):
    """Somebody for a seat: his duties in that week, and what speaks against him (``post_name``: where he is then).

    ``wish``: what he said of that peak on that weekday.
    """

    account_id: int
    name: str
    category: str
    duties: int
    conflicts: list[str]
    post_name: str | None
    wish: str | None


class CandidateList(TypedDict):
    """The first of those found, and how many more there are."""

    items: list[CandidateView]
    more: int


def listed(store: Store, *, actor: Actor, key: SeatKey, text: str, limits: Limits) -> CandidateList:
    """List who could take a seat, by a piece of the name where one is given.

    Raises ``Refused``: ``not_your_role``, ``not_found``, ``no_such_seat`` (date, peak).
    """
    require(actor, Act.PLAN_ROSTER)
    require_groups(actor, {key.group})
    with store.read() as connection:
        place = districts.place(connection, key.post_id)
        if place is None or not sees_post(actor, **place.scope):
            raise Refused("not_found")
        shift = rolls.shift_of(place, key.date, key.peak, limits)
        if shift is None:
            raise Refused("no_such_seat", date=key.date.isoformat(), peak=key.peak)
        span = Span.around([key.date])
        known = people.of_group(
            connection,
            Group(key.group),
            school_id=place.school_id,
            station_id=place.station_id,
            text=text,
            first=span.first,
            last=span.last,
        )
        own = scopes.posts_of(connection, actor, place.school_id)
        roll = rolls.roll_of(connection, known, span, own=own, limits=limits)
        wished = wishes.of_people(connection, known, [key.post_id])
    at = WeekdayPeak.on(key.post_id, key.peak, key.date)
    views = []
    for account_id, person in known.items():
        against = roll.against(account_id, place, key, shift)
        view: CandidateView = {
            "account_id": account_id,
            "name": person.name,
            "category": person.category,
            "duties": roll.duties_in_week(account_id, key.date),
            "conflicts": [one.conflict.value for one in against],
            "post_name": next((one.post_name for one in against if one.post_name), None),
            "wish": said.value if (said := wished.get(account_id, {}).get(at)) else None,
        }
        views.append(view)
    views.sort(key=_order)
    return {"items": views[:MOST_SHOWN], "more": max(0, len(views) - MOST_SHOWN)}


def _order(one: CandidateView) -> tuple[bool, bool, int, str, int]:
    hard = any(code != Conflict.TOO_MANY for code in one["conflicts"])
    return (hard, bool(one["conflicts"]), one["duties"], one["name"], one["account_id"])
