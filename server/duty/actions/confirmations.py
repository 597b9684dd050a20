"""Confirming what a phone could not prove: one tap for one person, or for all who wait at a post."""

from datetime import datetime, timedelta
from typing import TypeVar

from server.calendar.rules import Window
from server.core import audit
from server.core.access.roles import Act, Actor, Role, require, sees_post
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.facts import ClosedPeakChanged
from server.duty.queries import check_ins
from server.duty.queries.check_ins import Duty
from server.duty.queries.unconfirmed import Unconfirmed, waiting_at_post
from server.duty.rules.confirming import (
    is_police_claim,
    may_confirm,
    may_confirm_of,
    require_confirm,
    require_still_confirmable,
)
from server.duty.rules.shapes import CheckInView, ConfirmedView
from server.duty.rules.trust import confirmed_together
from server.duty.service import check_ins as arrivals
from server.duty.service import coverage as post_coverage
from server.people.facts import (
    StandingChanged,
)
from server.people.queries import accounts
from server.places.queries import districts
from server.places.queries.districts import Place

Answer = TypeVar("Answer", CheckInView, ConfirmedView)


def confirm(
    store: Store, *, actor: Actor, request_id: str, check_in_id: int, limits: Limits, now: datetime
) -> CheckInView:
    """Confirm one check-in; one that is confirmed already stays as it is.

    Raises ``Refused``: ``not_found`` outside the actor's scope, ``own_check_in``, ``not_yours_to_confirm``,
    ``station_confirms`` for a claim to be of the police, ``duty_over``.
    """
    require(actor, Act.CONFIRM)
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "confirm", check_in_id, shape=CheckInView)
        row = check_ins.by_id(transaction.connection, check_in_id)
        person = accounts.by_id(transaction.connection, row.account_id) if row else None
        if row is None or person is None:
            raise Refused("not_found")
        place = districts.place(transaction.connection, row.post_id)
        if place is None or place.district_id != actor.district_id:
            raise Refused("not_found")
        if first is not None:
            return _again(actor, place, first)
        require_confirm(
            actor,
            account_id=row.account_id,
            police_claim=is_police_claim(row.category, person.status),
            **place.scope,
            on_verified_duty_there=_leads(transaction, actor, place),
        )
        if not row.verified:
            _require_not_over(actor, row.checked_out_at, limits, now)
            _confirm(transaction, actor, row, limits)
            transaction.announce(StandingChanged((row.account_id,), limits))
            post_coverage.publish_at_the_end(transaction, place.post_id, limits)
        confirmed = arrivals.view_of(transaction, check_in_id)
        return transaction.answer(actor.account_id, request_id, confirmed)


def confirm_all(
    store: Store, *, actor: Actor, request_id: str, post_id: int, limits: Limits, now: datetime
) -> ConfirmedView:
    """Confirm all who wait at a post for what poor phones explain; give the numbers of their check-ins.

    Anybody flagged otherwise (far off, not approved, …) is confirmed singly.
    Raises ``Refused``: ``not_found`` or ``not_yours_to_confirm``.
    """
    require(actor, Act.CONFIRM)
    with store.transaction(now) as transaction:
        first = transaction.remember(
            actor.account_id, request_id, "confirm_all", post_id, shape=ConfirmedView
        )
        place = districts.place(transaction.connection, post_id)
        if place is None or place.district_id != actor.district_id:
            raise Refused("not_found")
        if first is not None:
            return _again(actor, place, first)
        if not may_confirm(
            actor,
            **place.scope,
            on_verified_duty_there=_leads(transaction, actor, place),
        ):
            raise Refused("not_yours_to_confirm")
        waiting = [
            row
            for row in waiting_at_post(transaction.connection, post_id)
            if may_confirm_of(
                actor, account_id=row.account_id, police_claim=is_police_claim(row.category, row.status)
            )
            and confirmed_together(row.flags)
        ]
        for row in waiting:
            _confirm(transaction, actor, row, limits)
        transaction.announce(StandingChanged(tuple(row.account_id for row in waiting), limits))
        post_coverage.publish_at_the_end(transaction, post_id, limits)
        answer: ConfirmedView = {"confirmed": [row.id for row in waiting]}
        return transaction.answer(actor.account_id, request_id, answer)


def _again(actor: Actor, place: Place, first: Answer) -> Answer:
    """Give the first answer again; a console that was moved since reads nothing of its old posts by it."""
    if actor.role != Role.GUARD and not sees_post(actor, **place.scope):
        raise Refused("not_yours_to_confirm")
    return first


def _require_not_over(actor: Actor, ended_at: datetime | None, limits: Limits, now: datetime) -> None:
    late = timedelta(hours=limits[Window].queued_max_age_h)
    require_still_confirmable(actor, ended_at=ended_at, late_entries_for=late, now=now)


def _leads(transaction: Transaction, actor: Actor, place: Place) -> bool:
    duty = check_ins.open_of_account(transaction.connection, actor.account_id)
    return duty is not None and duty.post_id == place.post_id and duty.verified


def _confirm(transaction: Transaction, actor: Actor, row: Duty | Unconfirmed, limits: Limits) -> None:
    now = transaction.now
    check_ins.confirm(transaction.connection, row.id, by=actor.account_id, now=now)
    accounts.note_confirmed(transaction.connection, row.account_id, now)
    if row.ends_at + timedelta(minutes=limits[Window].close_after_minutes) <= now:
        transaction.announce(ClosedPeakChanged(row.post_id, row.date, row.peak))
    audit.record(
        transaction.connection,
        now=now,
        actor_id=actor.account_id,
        act="confirm",
        subject_id=row.account_id,
        facts={"check_in_id": row.id},
    )
    arrivals.publish_own(transaction, row.id)
