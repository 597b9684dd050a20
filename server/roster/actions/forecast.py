"""The coming days by post: which seats are open, and which of those who have one may not come."""

import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from server.calendar.queries import answers
from server.calendar.queries.answers import Answer, Answered, DutyKey
from server.calendar.rules import Shift, Window, shifts_on
from server.core.access.roles import Act, Actor, columns_of_scope, require, sees_post
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import forecast
from server.roster.queries.forecast import Behind, Taken
from server.roster.rules.seats import SeatKey
from server.roster.service import rolls, scopes

DAYS = 7
# So many posts are worked out before anybody else who waits has his turn: a district has a thousand.
POSTS_AT_ONCE = 20


class AtRisk(TypedDict):
    """Seats of a post on a day, or on all days: those needed at peaks that are planned, and what is at risk of them.

    ``open``: nobody has it; ``cannot``: he said so; ``asked``: reminded, and no answer; ``missed``: he stayed away
    from the last duty that he had; ``first``: it is his first (of other units' people: at these posts). Of one person
    the first of these counts.
    ``unplanned``: so many peaks have no published plan, and are not looked at.
    """

    needed: int
    open: int
    cannot: int
    asked: int
    missed: int
    first: int
    unplanned: int


class DayAtRisk(AtRisk):
    """A day of a post."""

    date: str


class PostAtRisk(TypedDict):
    """A post: all of it, and day by day."""

    post_id: int
    name: str
    school_id: int
    station_id: int
    total: AtRisk
    days: list[DayAtRisk]


class Forecast(TypedDict):
    """The posts in scope, those most at risk first, from today on."""

    days: list[str]
    posts: list[PostAtRisk]


@dataclass(frozen=True, slots=True)
class _Scope:
    """The posts that an actor sees, and whose past at other posts he may know of."""

    seen: Collection[int]
    unit: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Known:
    taken: Mapping[tuple[int, date, str], Mapping[SeatKey, Taken]]
    said: Mapping[DutyKey, Answered]
    behind: Mapping[int, Behind]
    limits: Limits
    now: datetime


def shown(store: Store, *, actor: Actor, limits: Limits, now: datetime) -> Forecast:
    """Show what is at risk at the posts in scope today and the six days after; some posts at a time.

    Raises ``Refused``: ``not_your_role``, ``suspended``.
    """
    require(actor, Act.SEE_ROSTER)
    with store.read() as connection:
        of_school = columns_of_scope(actor).get("school_id")
        every = districts.places(connection, district_id=actor.district_id, school_id=of_school)
    places = [place for place in every if sees_post(actor, **place.scope)]
    if not places:
        return {"days": [], "posts": []}
    today = now.astimezone(places[0].zone).date()
    days = [today + timedelta(days=step) for step in range(DAYS)]
    scope = _Scope({place.post_id for place in places}, scopes.unit_of(actor))
    posts: list[PostAtRisk] = []
    for start in range(0, len(places), POSTS_AT_ONCE):
        # A press that came meanwhile goes first.
        time.sleep(0)
        some = places[start : start + POSTS_AT_ONCE]
        with store.read() as connection:
            known = _known(connection, some, days, scope, limits, now)
        posts += [_post(place, days, known) for place in some]
    posts.sort(key=lambda one: (-_weight(one["total"]), one["post_id"]))
    return {"days": [on.isoformat() for on in days], "posts": posts}


def _known(
    connection: Connection,
    places: Collection[Place],
    days: Sequence[date],
    scope: _Scope,
    limits: Limits,
    now: datetime,
) -> _Known:
    numbers, span = [place.post_id for place in places], (days[0], days[-1])
    taken: dict[tuple[int, date, str], dict[SeatKey, Taken]] = {}
    for key, one in forecast.seats(connection, numbers, *span):
        taken.setdefault((key.post_id, key.date, key.peak), {})[key] = one
    return _Known(
        taken,
        answers.at_posts(connection, numbers, *span),
        forecast.behind(connection, numbers, *span, seen=scope.seen, unit=scope.unit),
        limits,
        now,
    )


def _weight(total: AtRisk) -> int:
    """Weigh what is at risk: an open seat is one for certain, the others may come yet."""
    return 1000 * (total["open"] + total["cannot"]) + 10 * (total["asked"] + total["missed"]) + total["first"]


def _post(place: Place, days: Collection[date], known: _Known) -> PostAtRisk:
    counted = {on: _day(place, on, known) for on in days}
    found: list[DayAtRisk] = [{"date": on.isoformat(), **_at_risk(one)} for on, one in counted.items()]
    total = sum(counted.values(), Counter[str]())
    return {
        "post_id": place.post_id,
        "name": place.name,
        "school_id": place.school_id,
        "station_id": place.station_id,
        "total": _at_risk(total),
        "days": found,
    }


def _at_risk(counted: Mapping[str, int]) -> AtRisk:
    return {
        "needed": counted.get("needed", 0),
        "open": counted.get("open", 0),
        "cannot": counted.get("cannot", 0),
        "asked": counted.get("asked", 0),
        "missed": counted.get("missed", 0),
        "first": counted.get("first", 0),
        "unplanned": counted.get("unplanned", 0),
    }


def _day(place: Place, on: date, known: _Known) -> Counter[str]:
    counted: Counter[str] = Counter()
    for shift in shifts_on(place.peaks_on(on), on, place.zone, known.limits[Window]):
        if shift.ends_at <= known.now:
            continue
        taken = known.taken.get((place.post_id, on, shift.peak))
        if not taken:
            counted["unplanned"] += 1
            continue
        for one in _seats(place, shift, taken, known.limits):
            counted["needed"] += 1
            what = "open" if one is None else _risk_of(one, place, shift, known)
            if what is not None:
                counted[what] += 1
    return counted


def _seats(
    place: Place, shift: Shift, taken: Mapping[SeatKey, Taken], limits: Limits
) -> Iterator[Taken | None]:
    heads = rolls.heads_of(place, shift.date, shift.peak, limits)
    for group, number in heads.items():
        for seat in range(1, number + 1):
            yield taken.get(SeatKey(place.post_id, shift.date, shift.peak, group, seat))


def _risk_of(one: Taken, place: Place, shift: Shift, known: _Known) -> str | None:
    duty = DutyKey(one.account_id, place.post_id, shift.date, shift.peak)
    said = known.said.get(duty)
    if said is not None:
        # Whoever says that he comes is believed.
        return "cannot" if said.answer is Answer.CANNOT else None
    if one.reminded:
        return "asked"
    past = known.behind.get(one.account_id)
    if past is None or (past.came is None and past.missed is None):
        return "first"
    return "missed" if past.missed_last else None
