"""A post that lacks somebody is lent a head by the nearest one with people to spare; whoever is asked goes by a tap."""

import json
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import Act, Actor, require, sees_post
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Store, Transaction
from server.core.geo import distance_m
from server.core.limits import Limits
from server.core.refused import Refused
from server.delivery.queries import deliverability, messages
from server.delivery.queries.messages import Draft
from server.delivery.rules.bodies import LendBody
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.duty.facts import AtAlarms
from server.duty.queries import check_ins, coverage, lending
from server.duty.queries.lending import Lendable
from server.duty.rules.lending import (
    BY_WORD,
    GOES_ON,
    LendState,
    require_spare,
    require_word_of,
    spare_of,
)
from server.duty.service import check_ins as arrivals
from server.duty.service import lines
from server.duty.service.lending import spare_at
from server.duty.tables import Lending
from server.places.queries import districts
from server.places.queries.districts import Place

PURPOSE = "duty_lend"
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


class LendingState(TypedDict):
    """Which one it is, and how far it has come."""

    id: int
    state: str


def listed(store: Store, *, actor: Actor, post_id: int, limits: Limits, now: datetime) -> Lenders:
    """List the nearest posts of the actor's scope that could lend what a post lacks; the look at names is recorded.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``.
    """
    require(actor, Act.CALL_IN)
    with store.read() as connection:
        place = _place(connection, actor, post_id)
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


def _place(connection: Connection, actor: Actor, post_id: int) -> Place:
    place = districts.place(connection, post_id)
    if place is None or not sees_post(actor, **place.scope):
        raise Refused("not_found")
    return place


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


def ask(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    post_id: int,
    account_id: int,
    word: str | None,
    limits: Limits,
    now: datetime,
) -> LendingState:
    """Ask somebody on verified duty elsewhere to come to a post; he gets a message and goes by a tap.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``not_lendable`` where he is no more there,
    asked already, suspended or at an open alarm, ``post_falls_below`` without a dispatcher's word.
    """
    require(actor, Act.CALL_IN)
    require_word_of(actor.role, word)
    with store.transaction(now) as transaction:
        connection, by = transaction.connection, actor.account_id
        asked = [post_id, account_id, word]
        first = transaction.remember(by, request_id, "lend", asked, shape=LendingState)
        if first is not None:
            return first
        place = _place(connection, actor, post_id)
        duty = check_ins.open_of_account(connection, account_id)
        home = _place(connection, actor, duty.post_id) if duty and duty.post_id != post_id else None
        if home is None:
            raise Refused("not_lendable")
        wait_in(connection, Queue.POST, home.post_id)
        there = {one.account_id: one for one in lending.lendable(connection, [home.post_id])}
        if account_id not in there:
            raise Refused("not_lendable")
        if _is_at_alarm(transaction, account_id):
            raise Refused("not_lendable")
        one = there[account_id]
        require_spare(spare_at(connection, home, one.group, transaction, limits), word)
        number = lending.add(connection, one=one, to_post_id=post_id, by=by, word=word, now=now)
        _tell(transaction, number, account_id, place, home, limits)
        arrivals.publish_own(transaction, one.check_in_id)
        facts = {"post_id": post_id, "from_post_id": home.post_id} | ({"words": word} if word else {})
        act = "lend_below" if word else "lend"
        audit.record(connection, now=now, actor_id=by, act=act, subject_id=account_id, facts=facts)
        return transaction.answer(by, request_id, LendingState(id=number, state=LendState.ASKED.value))


def answer(
    store: Store, *, actor: Actor, request_id: str, number: int, accept: bool, limits: Limits, now: datetime
) -> LendingState:
    """Say that the actor goes where he is asked to, or not; until he checks in there he counts at his own post.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``lending_over`` (or an open alarm has asked
    him), ``post_falls_below`` where his post cannot spare him any more.
    """
    require(actor, Act.ANSWER_DUTY)
    with store.transaction(now) as transaction:
        connection, me = transaction.connection, actor.account_id
        first = transaction.remember(me, request_id, "answer_lend", [number, accept], shape=LendingState)
        if first is not None:
            return first
        one = _own(connection, me, number)
        wait_in(connection, Queue.POST, one.from_post_id)
        one = _own(connection, me, number)
        duty = check_ins.open_of_account(connection, me)
        if one.state not in {state.value for state in GOES_ON} or duty is None or duty.id != one.check_in_id:
            raise Refused("lending_over")
        home = districts.some_places(connection, [one.from_post_id])[one.from_post_id]
        if accept and _is_at_alarm(transaction, me):
            raise Refused("lending_over")
        if accept:
            spare = spare_at(connection, home, one.seat_group, transaction, limits, but=number)
            require_spare(spare, one.word)
        state = LendState.COMING if accept else LendState.DECLINED
        lending.set_state(connection, number, state, now)
        arrivals.publish_own(transaction, one.check_in_id)
        facts = {"post_id": one.to_post_id, "from_post_id": one.from_post_id}
        audit.record(
            connection, now=now, actor_id=me, act="lend_coming" if accept else "lend_declined", facts=facts
        )
        return transaction.answer(me, request_id, LendingState(id=number, state=state.value))


def _is_at_alarm(transaction: Transaction, account_id: int) -> bool:
    """Tell whether an open alarm has asked somebody: it keeps him, lent he would be looked for at another post."""
    return account_id in frozenset().union(*transaction.ask(AtAlarms()))


def _own(connection: Connection, me: int, number: int) -> Lending:
    one = lending.by_id(connection, number)
    if one is None or one.account_id != me:
        raise Refused("not_found")
    return one


def _tell(
    transaction: Transaction, number: int, account_id: int, place: Place, home: Place, limits: Limits
) -> None:
    duty = check_ins.open_of_account(transaction.connection, account_id)
    assert duty is not None
    body: LendBody = {"place": place.name, "meters": round(distance_m(home.point, place.point)), "page": "/"}
    ways = deliverability.to_people(
        transaction.connection,
        [account_id],
        open_channels=limits[AvailableChannels].names & {ChannelName.PUSH, ChannelName.SMS},
        now=transaction.now,
    )
    drafts = [
        Draft(
            channel=way.channel.value,
            purpose=PURPOSE,
            address=way.address,
            telephone=way.telephone,
            reference=f"lend:{number}:{at}",
            body=json.dumps(body),
            expires_at=duty.ends_at,
            account_id=account_id,
        )
        for at, way in enumerate(deliverability.browsers_or_telephone(ways.get(account_id, [])))
    ]
    messages.put(transaction.connection, drafts, transaction.now)
