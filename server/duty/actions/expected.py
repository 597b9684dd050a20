"""A duty leader's post now: who is expected, where each of them is, and ringing up who is missing."""

from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection

from server.calendar.queries import answers, rosters
from server.calendar.queries.answers import DutyKey
from server.calendar.rules import Shift
from server.core.access.roles import Act, Actor, Group, group_of, require
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.duty.queries import check_ins, expected
from server.duty.rules.confirming import may_confirm
from server.duty.rules.expected import Whereabouts, whereabouts
from server.duty.rules.shapes import Looked, TelephoneView
from server.duty.rules.telephones import Reason, facts_of
from server.duty.service import looks
from server.people.queries import accounts
from server.places.queries import districts
from server.places.queries.districts import Place


class ExpectedPerson(TypedDict):
    """Somebody expected; without a number before he registers. ``answer``: what he said beforehand.

    ``may_ring``: his telephone may be asked for.
    """

    account_id: int | None
    name: str
    category: str
    group: str
    where: str
    answer: str | None
    may_ring: bool


class ExpectedHere(TypedDict):
    """Who is expected at the leader's post in his shift, in the order of the plan."""

    post_id: int
    peak: str
    starts_at: str
    items: list[ExpectedPerson]


def listed(store: Store, *, actor: Actor, now: datetime) -> ExpectedHere:
    """List who is expected at the post that the actor leads now.

    Raises ``Refused``: ``not_your_role``, ``suspended``, and ``not_leading`` for who is no approved duty leader on
    verified duty.
    """
    require(actor, Act.RING_UP_EXPECTED)
    with store.read() as connection:
        place, shift = _led(connection, actor)
        people = _expected(connection, place, shift, now)
    return {
        "post_id": place.post_id,
        "peak": shift.peak,
        "starts_at": shift.as_dict()["starts_at"],
        "items": people,
    }


def ring_up(store: Store, *, actor: Actor, request_id: str, account_id: int, now: datetime) -> TelephoneView:
    """Show the telephone of somebody who is missing at the post that the actor leads; the look is recorded.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_leading``, ``not_found`` for who is not expected
    there, ``not_missing`` (name) for who has come, ``too_many`` (retry_after_s).
    """
    require(actor, Act.RING_UP_EXPECTED)
    facts = facts_of(Reason.ABSENT, None)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "ring_up_expected", account_id, shape=Looked
        )
        place, shift = _led(connection, actor)
        people = {one["account_id"]: one for one in _expected(connection, place, shift, now)}
        person, row = people.get(account_id), accounts.by_id(connection, account_id)
        if person is None or row is None or row.telephone is None:
            raise Refused("not_found")
        if not person["may_ring"]:
            raise Refused("not_missing", name=person["name"])
        looks.record(transaction, actor, account_id, facts, is_retry=first is not None)
        if first is None:
            transaction.answer(actor.account_id, request_id, Looked(account_id=account_id))
        return {"account_id": account_id, "telephone": row.telephone}


def _led(connection: Connection, actor: Actor) -> tuple[Place, Shift]:
    """Give the post and the shift that the actor leads now."""
    duty = check_ins.open_of_account(connection, actor.account_id)
    place = districts.place(connection, duty.post_id) if duty else None
    if duty is None or place is None:
        raise Refused("not_leading")
    if not may_confirm(actor, **place.scope, on_verified_duty_there=duty.verified):
        raise Refused("not_leading")
    return place, Shift.from_dict(duty.shift)


def _expected(connection: Connection, place: Place, shift: Shift, now: datetime) -> list[ExpectedPerson]:
    named = rosters.rostered(connection, post_id=place.post_id, peak=shift.peak, on=shift.date)
    numbers = {one.account_id for one in named if one.account_id is not None}
    came = expected.came_of(connection, numbers, now)
    said = answers.at_posts(connection, [place.post_id], shift.date, shift.date)
    people: list[ExpectedPerson] = []
    for one in named:
        group = group_of(one.category)
        where = whereabouts(
            came.get(one.account_id or 0, ()),
            post_id=place.post_id,
            peak=shift.peak,
            on=shift.date,
            started=now >= shift.starts_at,
        )
        his = said.get(DutyKey(one.account_id or 0, place.post_id, shift.date, shift.peak))
        # Officers are rung up by their station.
        rings = where == Whereabouts.MISSING and one.account_id is not None and group != Group.POLICE
        people.append(
            {
                "account_id": one.account_id,
                "name": one.name,
                "category": one.category,
                "group": group.value,
                "where": where.value,
                "answer": his.answer.value if his else None,
                "may_ring": rings,
            }
        )
    return people
