"""A guard says that he is away: his seats of these days are open again, and the desks see it at once."""

from datetime import date, datetime
from typing import TypedDict

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts
from server.places.queries.districts import Place
from server.roster.queries import absences, plans
from server.roster.rules.absences import AbsenceKind, check_absence
from server.roster.rules.seats import SeatKey
from server.roster.service import own_changes, rolls, scopes


class Away(TypedDict):
    """How many seats are open now because somebody is away."""

    id: int
    seats: int


class BackAgain(TypedDict):
    """Which absence was withdrawn."""

    id: int


def enter(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    first: date,
    last: date,
    kind: AbsenceKind,
    limits: Limits,
    now: datetime,
) -> Away:
    """Note that a guard is away, and open his seats whose check-in has not begun; what is draft opens too.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``bad_absence``.
    """
    require(actor, Act.TAKE_LEAVE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        body = [first.isoformat(), last.isoformat(), kind.value]
        said = transaction.remember(actor.account_id, request_id, "enter_absence", body, shape=Away)
        if said is not None:
            return said
        check_absence(first, last, scopes.today_of(connection, actor.district_id, now))
        number = absences.add(connection, actor.account_id, first=first, last=last, kind=kind.value, now=now)
        seats = _open_seats(transaction, actor, first, last, limits)
        answer: Away = {"id": number, "seats": seats}
        return transaction.answer(actor.account_id, request_id, answer)


def withdraw(store: Store, *, actor: Actor, request_id: str, number: int, now: datetime) -> BackAgain:
    """Take an absence back; seats that it opened stay open. Raises ``Refused``: ``not_your_role``, ``not_found``."""
    require(actor, Act.TAKE_LEAVE)
    with store.transaction(now) as transaction:
        first = transaction.remember(
            actor.account_id, request_id, "withdraw_absence", number, shape=BackAgain
        )
        if first is not None:
            return first
        if not absences.withdraw(transaction.connection, actor.account_id, number, now):
            raise Refused("not_found")
        answer: BackAgain = {"id": number}
        return transaction.answer(actor.account_id, request_id, answer)


def _open_seats(transaction: Transaction, actor: Actor, first: date, last: date, limits: Limits) -> int:
    connection, me = transaction.connection, actor.account_id
    told = {plans.key_of(row): row for row in plans.published_of(connection, [me], first, last)}
    mine = {row.key: row for row in plans.planned_of(connection, [me], first, last)}
    places = districts.some_places(connection, {key.post_id for key in (*told, *mine)})
    ahead = {key for key in (*told, *mine) if _is_ahead(places[key.post_id], key, limits, transaction.now)}
    for school_id in sorted({places[key.post_id].school_id for key in ahead}):
        scopes.hold_plan(transaction, school_id)
    plans.put(
        connection,
        {key: None for key in ahead if key in mine},
        mine,
        source=plans.ABSENCE,
        by=me,
        now=transaction.now,
    )
    plans.publish(connection, take=[told[key] for key in ahead if key in told], put=(), now=transaction.now)
    own_changes.tell(transaction, me, ahead, places, limits)
    return len(ahead)


def _is_ahead(place: Place, key: SeatKey, limits: Limits, now: datetime) -> bool:
    shift = rolls.shift_of(place, key.date, key.peak, limits)
    return shift is not None and shift.opens_at > now
