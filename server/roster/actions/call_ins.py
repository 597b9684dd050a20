"""No-shows at a post's running peak, and whom to call in for them; nobody is told anything before somebody calls."""

from collections.abc import Collection
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import Act, Actor, Group, group_of, require
from server.core.database.transaction import Store
from server.core.geo import distance_m
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.rules.shapes import Looked, TelephoneView
from server.duty.rules.telephones import Reason, facts_of
from server.duty.service import lines, looks
from server.people.queries import accounts
from server.places.queries.districts import Place
from server.roster.queries import call_ins, people
from server.roster.rules.call_ins import Proposal, groups_for, proposed
from server.roster.rules.seats import SeatKey
from server.roster.service import rolls, scopes
from server.roster.service.rolls import Span


class ProposalView(TypedDict):
    """Somebody to call in."""

    account_id: int
    name: str
    category: str
    distance_m: float | None
    duties: int


class GroupView(TypedDict):
    """How many of a group did not come, and whom to call in."""

    group: str
    missed: int
    people: list[ProposalView]


class CallIns(TypedDict):
    """The groups of a post that lack somebody who was expected."""

    groups: list[GroupView]


def listed(store: Store, *, actor: Actor, post_id: int, limits: Limits, now: datetime) -> CallIns:
    """List whom to call in for the no-shows of a post's running peak; the look at the names is recorded.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` outside the scope, ``not_leading`` for a
    guard who does not lead that post.
    """
    require(actor, Act.CALL_IN)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        found = _found(connection, actor, scopes.led_or_seen(connection, actor, post_id), limits, now)
        names = {one["account_id"] for group in found for one in group["people"]}
        new = audit.not_seen_since(connection, actor.account_id, "see_people", names, now - audit.ONE_LOOK)
        if new:
            facts = {"post_id": post_id}
            audit.record(
                connection, now=now, actor_id=actor.account_id, act="see_people", facts=facts, seen=new
            )
        return {"groups": found}


def telephone(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    post_id: int,
    account_id: int,
    limits: Limits,
    now: datetime,
) -> TelephoneView:
    """Show the telephone of somebody who is proposed; the look is recorded, and he sees it.

    Raises ``Refused`` as ``listed`` does, ``not_proposed`` for who is free no more, ``too_many`` (retry_after_s).
    """
    require(actor, Act.CALL_IN)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [post_id, account_id]
        first = transaction.remember(actor.account_id, request_id, "call_in_guard", asked, shape=Looked)
        found = _found(connection, actor, scopes.led_or_seen(connection, actor, post_id), limits, now)
        row = accounts.by_id(connection, account_id)
        number = row.telephone if row else None
        if number is None or account_id not in {
            one["account_id"] for group in found for one in group["people"]
        }:
            raise Refused("not_proposed")
        facts = facts_of(Reason.CALL_IN, None)
        looks.record(transaction, actor, account_id, facts, is_retry=first is not None)
        if first is None:
            transaction.answer(actor.account_id, request_id, Looked(account_id=account_id))
        return {"account_id": account_id, "telephone": number}


def _found(
    connection: Connection, actor: Actor, place: Place, limits: Limits, now: datetime
) -> list[GroupView]:
    line = lines.line_now(connection, place, limits, now)
    missed = accounts.by_ids(connection, set(line["no_shows"]))
    if not missed or line["peak"] is None or line["date"] is None:
        return []
    groups = [group_of(person.category) for person in missed.values() if person.category is not None]
    key = (line["peak"], date.fromisoformat(line["date"]))
    return [
        {
            "group": group.value,
            "missed": groups.count(group),
            "people": [
                {
                    "account_id": one.account_id,
                    "name": one.name,
                    "category": one.category,
                    "distance_m": one.distance_m,
                    "duties": one.duties,
                }
                for one in proposed(_free(connection, place, group, key, limits, now, missed))
            ],
        }
        for group in Group
        if group in groups and group in groups_for(actor)
    ]


def _free(
    connection: Connection,
    place: Place,
    group: Group,
    key: tuple[str, date],
    limits: Limits,
    now: datetime,
    missed: Collection[int],
) -> list[Proposal]:
    peak, on = key
    shift = rolls.shift_of(place, on, peak, limits)
    if shift is None:
        return []
    span = Span.around([on])
    known = people.of_group(
        connection,
        group,
        school_id=place.school_id,
        station_id=place.station_id,
        text="",
        first=span.first,
        last=span.last,
    )
    busy = call_ins.busy(connection, known, peak=peak, on=on) | set(missed)
    roll = rolls.roll_of(connection, known, span, own={}, limits=limits)
    seat = SeatKey(place.post_id, on, peak, group.value, 1)
    free = [one for one in known if one not in busy and not roll.against(one, place, seat, shift)]
    stood = call_ins.stood_at(connection, free, now)
    return [
        Proposal(
            one,
            known[one].name,
            known[one].category,
            min((distance_m(place.point, there) for there in stood.get(one, ())), default=None),
            roll.duties_in_week(one, on),
        )
        for one in free
    ]
