"""A post that lacks somebody is lent a head by the nearest one with people to spare; whoever is asked goes by a tap."""

from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.facts import AtAlarms
from server.duty.queries import check_ins, lending
from server.duty.rules.lending import (
    LendState,
    require_goes_on,
    require_spare,
    require_word_of,
)
from server.duty.service import check_ins as arrivals
from server.duty.service.lending import spare_at
from server.duty.tables import Lending
from server.places.queries import districts
from server.roster.service import lend_messages, scopes


class LendingState(TypedDict):
    """Which one it is, and how far it has come."""

    id: int
    state: str


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
    asked already, suspended or at an open alarm, ``post_falls_below`` without a dispatcher's word. An archived post
    is ``not_found``.
    """
    require(actor, Act.CALL_IN)
    require_word_of(actor.role, word)
    with store.transaction(now) as transaction:
        connection, by = transaction.connection, actor.account_id
        asked = [post_id, account_id, word]
        first = transaction.remember(by, request_id, "lend", asked, shape=LendingState)
        if first is not None:
            return first
        place = scopes.seen(connection, actor, post_id)
        if place.archived_at is not None:
            raise Refused("not_found")
        duty = check_ins.open_of_account(connection, account_id)
        home = scopes.seen(connection, actor, duty.post_id) if duty and duty.post_id != post_id else None
        if duty is None or home is None:
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
        lend_messages.ask(transaction, number, duty, place, home, limits)
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
        require_goes_on(one.state)
        if duty is None or duty.id != one.check_in_id:
            raise Refused("lending_over")
        home = districts.some_places(connection, [one.from_post_id])[one.from_post_id]
        if accept and _is_at_alarm(transaction, me):
            raise Refused("lending_over")
        if accept:
            spare = spare_at(connection, home, one.seat_group, transaction, limits, but=number)
            require_spare(spare, one.word)
        state = LendState.COMING if accept else LendState.DECLINED
        if not lending.set_state(connection, number, state, now):
            raise Refused("lending_over")
        arrivals.publish_own(transaction, one.check_in_id)
        facts = {"post_id": one.to_post_id, "from_post_id": one.from_post_id}
        audit.record(
            connection, now=now, actor_id=me, act="lend_coming" if accept else "lend_declined", facts=facts
        )
        return transaction.answer(me, request_id, LendingState(id=number, state=state.value))


def call_off(store: Store, *, actor: Actor, request_id: str, number: int, now: datetime) -> LendingState:
    """Take back that somebody is asked to come to a post, or that he comes; he stays where he counts.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``lending_over`` once he arrived or declined.
    """
    require(actor, Act.CALL_IN)
    with store.transaction(now) as transaction:
        connection, by = transaction.connection, actor.account_id
        first = transaction.remember(by, request_id, "call_off_lend", number, shape=LendingState)
        if first is not None:
            return first
        one = lending.by_id(connection, number)
        if one is None:
            raise Refused("not_found")
        scopes.seen(connection, actor, one.to_post_id)
        # In the same order as he answers and arrives: his own post first.
        wait_in(connection, Queue.POST, one.from_post_id)
        one = lending.by_id(connection, number)
        require_goes_on(one.state if one else LendState.OVER)
        assert one is not None
        # An arrival waits in no queue: it may have come since.
        if not lending.set_state(connection, number, LendState.OVER, now):
            raise Refused("lending_over")
        arrivals.publish_own(transaction, one.check_in_id)
        facts = {"post_id": one.to_post_id, "from_post_id": one.from_post_id}
        audit.record(
            connection, now=now, actor_id=by, act="lend_ended", subject_id=one.account_id, facts=facts
        )
        return transaction.answer(by, request_id, LendingState(id=number, state=LendState.OVER.value))


def _is_at_alarm(transaction: Transaction, account_id: int) -> bool:
    """Tell whether an open alarm has asked somebody: it keeps him, lent he would be looked for at another post."""
    return account_id in frozenset().union(*transaction.ask(AtAlarms()))


def _own(connection: Connection, me: int, number: int) -> Lending:
    one = lending.by_id(connection, number)
    if one is None or one.account_id != me:
        raise Refused("not_found")
    return one
