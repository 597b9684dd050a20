"""A guard says at which peaks of his school he would like to stand, and at which rather not."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypedDict

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.places.queries.districts import Place
from server.roster.queries import wishes
from server.roster.rules.wishes import WEEKDAYS, WeekdayPeak, Wish
from server.roster.service import scopes

# A week may be a holiday, and a season may begin: the peaks of so many days are asked for.
DAYS_AHEAD = 14


class WishedPeak(TypedDict):
    """A peak of a post, and what its guard wishes by weekday, Monday first; null: he does not mind."""

    peak: str
    starts: str
    ends: str
    weekdays: list[str | None]


class WishedPost(TypedDict):
    """A post of one's school, and its peaks."""

    post_id: int
    name: str
    peaks: list[WishedPeak]


class OwnWishes(TypedDict):
    """The posts of one's school; none for whoever belongs to no school."""

    posts: list[WishedPost]


class SaidWish(TypedDict):
    """What was said of which peak."""

    post_id: int
    peak: str
    weekday: int
    wish: str | None


def shown(store: Store, *, actor: Actor, now: datetime) -> OwnWishes:
    """Show what a guard wishes. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.TAKE_LEAVE)
    with store.read() as connection:
        places = scopes.own_posts(connection, actor)
        mine = wishes.of_people(connection, [actor.account_id], places).get(actor.account_id, {})
    return {"posts": [_post(place, mine, now) for place in places.values() if place.archived_at is None]}


def say(
    store: Store, *, actor: Actor, request_id: str, at: WeekdayPeak, wish: Wish | None, now: datetime
) -> SaidWish:
    """Note what a guard wishes of a peak and weekday of his school; a draft keeps it where it can.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` for a peak that his school's posts have not.
    """
    require(actor, Act.TAKE_LEAVE)
    said: SaidWish = {
        "post_id": at.post_id,
        "peak": at.peak,
        "weekday": at.weekday,
        "wish": wish.value if wish else None,
    }
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "say_wish", said, shape=SaidWish)
        if first is not None:
            return first
        places = scopes.own_posts(connection, actor)
        place = places.get(at.post_id)
        if place is None or at.peak not in _times(place, _days(place, now)):
            raise Refused("not_found")
        wishes.forget_others(connection, actor.account_id, places)
        wishes.say(connection, actor.account_id, at, wish, now)
        return transaction.answer(actor.account_id, request_id, said)


def _days(place: Place, now: datetime) -> Iterable[date]:
    today = now.astimezone(place.zone).date()
    return (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD))


def _times(place: Place, days: Iterable[date]) -> dict[str, tuple[str, str]]:
    """Give the first times of each peak of a post, as if there were school on some days, in their order."""
    found: dict[str, tuple[str, str]] = {}
    for on in days:
        for one in place.timed_on(on):
            found.setdefault(one.kind, (f"{one.starts:%H:%M}", f"{one.ends:%H:%M}"))
    return dict(sorted(found.items(), key=lambda one: one[1]))


def _post(place: Place, mine: dict[WeekdayPeak, Wish], now: datetime) -> WishedPost:
    peaks: list[WishedPeak] = []
    for peak, (starts, ends) in _times(place, _days(place, now)).items():
        said = [mine.get(WeekdayPeak(place.post_id, peak, weekday)) for weekday in range(WEEKDAYS)]
        by_day = [one.value if one else None for one in said]
        peaks.append({"peak": peak, "starts": starts, "ends": ends, "weekdays": by_day})
    return {"post_id": place.post_id, "name": place.name, "peaks": peaks}
