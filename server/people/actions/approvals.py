"""Deciding on the claims of guards: approved or suspended, at once and everywhere; handed on if they wait."""

from collections.abc import Mapping
from datetime import datetime

from server.core import audit
from server.core.access.roles import AccountStatus, Act, Actor, Role, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.people.facts import (
    StandingChanged,
)
from server.people.queries import accounts, erasures, waiting
from server.people.queries.accounts import AccountAndPlaces
from server.people.queries.waiting import UnitWaiting
from server.people.rules.approving import approved_together, is_claim_shown, require_reason
from server.people.rules.shapes import GuardView, HandedOn, SelectionDecided, WaitingList, WaitingUnit
from server.people.service import approving, news
from server.places.queries import districts


def decide(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    account_id: int,
    approved: bool,
    registered_at: datetime | None = None,
    reason: str | None = None,
    limits: Limits,
    now: datetime,
) -> GuardView:
    """Approve a guard's claim, or suspend the account, at once in open alarms too; gives its item.

    Suspending ends its sessions, and each hub closes their sockets. Deciding the same twice changes
    nothing. ``registered_at`` is that of the claim as the page showed it: another is not approved unseen.
    ``reason`` stands in the audit log; who is approved is not suspended without one.
    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` (also outside the scope, and to
    approve whoever is erased), ``claim_changed``, ``reason_missing``.
    """
    require(actor, Act.APPROVE)
    with store.transaction(now) as transaction:
        row = _claim(transaction, actor, account_id)
        # Whoever wants to be erased comes back as somebody else, if at all.
        if approved and erasures.is_asked(transaction.connection, account_id):
            raise Refused("not_found")
        body = [
            account_id,
            approved,
            *([moment(registered_at)] if registered_at else []),
            *([reason] if reason else []),
        ]
        first = transaction.remember(actor.account_id, request_id, "approval", body, shape=GuardView)
        if first is not None:
            return first
        if approved and not is_claim_shown(registered_at, row.registered_at):
            raise Refused("claim_changed")
        if not approved:
            require_reason(row.status, reason)
        status = AccountStatus.APPROVED if approved else AccountStatus.SUSPENDED
        # Whoever closed the account himself is suspended all the same, or he would come back by registering anew.
        closed = row.status == AccountStatus.SUSPENDED and row.suspended_at is None
        if row.status != status or (closed and not approved):
            facts = {"reason": reason} if reason else {}
            approving.set_status(transaction, row, status, limits, actor_id=actor.account_id, facts=facts)
            transaction.announce(StandingChanged((account_id,), limits))
        answer = accounts.as_item(_claim(transaction, actor, account_id), decides=True)
        return transaction.answer(actor.account_id, request_id, answer)


def approve_many(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    account_ids: list[int],
    claims: Mapping[int, datetime],
    limits: Limits,
    now: datetime,
) -> SelectionDecided:
    """Approve a selection of those who wait; gives their items, and who was left: decided meanwhile, or to be asked.

    ``claims`` tell when those were registered whom the page showed: whoever has registered anew is left, too.
    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` where one of them is outside the scope.
    """
    require(actor, Act.APPROVE)
    chosen = sorted(set(account_ids))
    with store.transaction(now) as transaction:
        rows = [_claim(transaction, actor, number) for number in chosen]
        shown = {"claims": {str(number): moment(at) for number, at in claims.items()}} if claims else {}
        body = {"account_ids": chosen, **shown} if shown else chosen
        first = transaction.remember(actor.account_id, request_id, "approvals", body, shape=SelectionDecided)
        if first is not None:
            return first
        taken = [
            row
            for row in rows
            if approved_together(row.status, claims_a_name=row.claimed_name is not None)
            and is_claim_shown(claims.get(row.id), row.registered_at)
        ]
        for row in taken:
            approving.set_status(transaction, row, AccountStatus.APPROVED, limits, actor_id=actor.account_id)
        numbers = [row.id for row in taken]
        transaction.announce(StandingChanged(tuple(numbers), limits))
        answer: SelectionDecided = {
            "items": [accounts.as_item(_claim(transaction, actor, one), decides=True) for one in numbers],
            "left": [number for number in chosen if number not in numbers],
        }
        return transaction.answer(actor.account_id, request_id, answer)


def where_they_wait(store: Store, *, actor: Actor) -> WaitingList:
    """List where guards wait for approval, the longest waiting first.

    Raises ``Refused``: ``not_your_role``, ``suspended``.
    """
    require(actor, Act.HAND_ON)
    with store.read() as connection:
        found = waiting.units(connection, actor.district_id)
    return {"items": [_unit(one) for one in found]}


def hand_on(store: Store, *, actor: Actor, request_id: str, school_id: int, now: datetime) -> HandedOn:
    """Let a school's station decide too on those who wait there; tell how many they are. Police are never handed on.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` outside the district.
    """
    require(actor, Act.HAND_ON)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(actor.account_id, request_id, "hand_on", school_id, shape=HandedOn)
        if first is not None:
            return first
        if all(row.id != school_id for row in districts.schools(connection, actor.district_id)):
            raise Refused("not_found")
        handed = waiting.hand_on(connection, school_id, now)
        if handed:
            audit.record(
                connection,
                now=now,
                actor_id=actor.account_id,
                act="hand_on",
                facts={"school_id": school_id, "people": len(handed)},
            )
            # One of them is news enough for a console to look again.
            news.publish_guard(transaction, handed[0])
        return transaction.answer(actor.account_id, request_id, HandedOn(handed_on=len(handed)))


def _unit(one: UnitWaiting) -> WaitingUnit:
    return {
        "school_id": one.school_id,
        "name": one.name,
        "station_name": one.station_name,
        "waiting": one.waiting,
        "since": moment(one.since),
        "handed_on": one.handed_on,
    }


def _claim(transaction: Transaction, actor: Actor, account_id: int) -> AccountAndPlaces:
    row = accounts.by_id(transaction.connection, account_id)
    if row is None or row.role != Role.GUARD or not approving.may_decide(actor, row):
        raise Refused("not_found")
    return row
