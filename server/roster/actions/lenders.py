"""Which posts could lend somebody to one that lacks heads: the nearest with people to spare, and who is asked."""

from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import Act, Actor, require, sees_post
from server.core.database.transaction import Store
from server.core.geo import distance_m
from server.core.limits import Limits
from server.duty.queries import coverage, lending
from server.duty.queries.lending import Lendable
from server.duty.rules.lending import BY_WORD, spare_of
from server.duty.service import lines
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.service import scopes

# So many posts are proposed, the nearest ones; so many people of each.
MOST_POSTS, MOST_PEOPLE = 3, 5


class LenderPerson(TypedDict):
    """Somebody who could go."""

    account_id: int
    name: str


class Lender(TypedDict):
    """A post that could lend heads of a group: how far off, how many it can spare, and who is there.

    ``spare`` below 1 is shown to whoever may give his word alone.
    """

    post_id: int
    post_name: str
    distance_m: float
    group: str
    spare: int
    people: list[LenderPerson]


class LentPerson(TypedDict):
    """Somebody who is asked to come, or on his way."""

    id: int
    name: str
    post_name: str
    state: str


class Lenders(TypedDict):
    """Which posts could lend somebody, the nearest first, and who is asked to come already."""

    items: list[Lender]
    asked: list[LentPerson]
    may_give_word: bool


def listed(store: Store, *, actor: Actor, post_id: int, limits: Limits, now: datetime) -> Lenders:
    """List the nearest posts of the actor's scope that could lend what a post lacks; the look at names is recorded.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``.
    """
    require(actor, Act.CALL_IN)
    with store.read() as connection:
        place = scopes.seen(connection, actor, post_id)
        items = _lenders(connection, actor, place, limits, now)
        asked = lending.to_post(connection, post_id)
        homes = districts.some_places(connection, {one.from_post_id for one, _name in asked})
    names = {person["account_id"] for one in items for person in one["people"]}
    names |= {one.account_id for one, _name in asked}
    if names:
        _note_look(store, actor, post_id, names, now)
    return {
        "items": items,
        "asked": [
            {"id": one.id, "name": name, "post_name": homes[one.from_post_id].name, "state": one.state}
            for one, name in asked
        ],
        "may_give_word": actor.role in BY_WORD,
    }


def _note_look(store: Store, actor: Actor, post_id: int, names: set[int], now: datetime) -> None:
    with store.transaction(now) as transaction:
        by, since = actor.account_id, now - audit.ONE_LOOK
        new = audit.not_seen_since(transaction.connection, by, "see_people", names, since)
        if new:
            facts = {"post_id": post_id}
            audit.record(
                transaction.connection, now=now, actor_id=by, act="see_people", facts=facts, seen=new
            )


def _lenders(
    connection: Connection, actor: Actor, place: Place, limits: Limits, now: datetime
) -> list[Lender]:
    missing = {
        group for group, heads in lines.line_now(connection, place, limits, now)["missing"].items() if heads
    }
    if not missing:
        return []
    posts = {
        one.post_id: one
        for one in districts.places(connection, district_id=actor.district_id)
        if one.post_id != place.post_id and sees_post(actor, **one.scope)
    }
    kept = {
        line["post_id"]: line
        for line in coverage.lines(connection, district_id=actor.district_id)
        if line["post_id"] in posts
    }
    gone = lending.leaving(connection, kept)
    found = [
        (distance_m(place.point, posts[post_id].point), post_id, group, spare.heads)
        for post_id, line in kept.items()
        if line["peak"] is not None
        for group in sorted(missing)
        if (
            spare := spare_of(line["present"], line["required"], group, gone.get((post_id, group), 0))
        ).present
        and (spare.heads > 0 or actor.role in BY_WORD)
    ]
    # With people to spare first, then by distance.
    found.sort(key=lambda one: (one[3] < 1, one[0], one[2]))
    people = lending.lendable(connection, {post_id for _m, post_id, _group, _heads in found[:MOST_POSTS]})
    return [
        {
            "post_id": post_id,
            "post_name": posts[post_id].name,
            "distance_m": meters,
            "group": group,
            "spare": heads,
            "people": _people(people, post_id, group),
        }
        for meters, post_id, group, heads in found[:MOST_POSTS]
    ]


def _people(people: list[Lendable], post_id: int, group: str) -> list[LenderPerson]:
    there = [one for one in people if (one.post_id, one.group) == (post_id, group)]
    return [{"account_id": one.account_id, "name": one.name} for one in there[:MOST_PEOPLE]]
