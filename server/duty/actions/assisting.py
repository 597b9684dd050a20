"""Checking in somebody who has no smartphone."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from server.calendar.queries import rosters, shifts
from server.calendar.rules import Shift
from server.core import audit
from server.core.access.roles import AccountStatus, Act, Actor, Category, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.queries import check_ins
from server.duty.rules.arrival import Arrival, Attempt, judge_arrival
from server.duty.rules.confirming import may_assist
from server.duty.rules.shapes import CheckInView
from server.duty.rules.trust import TrustLimits
from server.duty.service import check_ins as arrivals
from server.duty.service.check_ins import NewDuty
from server.people.queries import accounts
from server.people.queries.accounts import AccountAndPlaces
from server.places.queries import districts
from server.places.queries.districts import Place


def check_in_for(
    store: Store, *, actor: Actor, request_id: str, account_id: int, limits: Limits, now: datetime
) -> CheckInView:
    """Check in somebody without a smartphone at the post where the actor stands.

    A duty leader or a security guard on verified duty vouches with their own eyes: no position is asked
    for, and what else speaks against the person still counts. Raises ``Refused``:
    ``not_yours_to_confirm``, ``not_found``, ``suspended`` and the window's refusals.
    """
    require(actor, Act.ASSIST)
    with store.transaction(now) as transaction:
        first = transaction.remember(
            actor.account_id, request_id, "check_in_for", account_id, shape=CheckInView
        )
        if first is not None:
            return first
        duty = check_ins.open_of_account(transaction.connection, actor.account_id)
        if duty is None or not may_assist(actor, on_verified_duty=duty.verified):
            raise Refused("not_yours_to_confirm")
        place = districts.place(transaction.connection, duty.post_id)
        helped = accounts.by_id(transaction.connection, account_id)
        if place is None or helped is None or helped.category is None or account_id == actor.account_id:
            raise Refused("not_found")
        if not _may_stand(transaction, helped, place):
            raise Refused("not_found")
        if helped.status == AccountStatus.SUSPENDED:
            raise Refused("suspended")
        answer = _assist(transaction, actor, helped, place, limits)
        return transaction.answer(actor.account_id, request_id, answer)


def _assist(
    transaction: Transaction, actor: Actor, helped: AccountAndPlaces, place: Place, limits: Limits
) -> CheckInView:
    shift, arrival = _judge(transaction, helped, place, limits)
    duty = check_ins.open_of_account(transaction.connection, helped.id)
    arrivals.require_free(duty, post_id=place.post_id, at=arrival.at, himself=False)
    new = NewDuty(
        account_id=helped.id,
        category=helped.claim,
        place=place,
        shift=shift,
        arrival=arrival,
        claimed_at=transaction.now,
        assisted_by=actor.account_id,
    )
    try:
        with transaction.savepoint():
            (begun,) = arrivals.begin(transaction, [new], limits)
    except IntegrityError as twin:
        # Another process took the one open duty between our look and our write.
        raise Refused("already_on_duty", check_in_id=None, post_name=None) from twin
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act="check_in_for",
        subject_id=helped.id,
        facts={"check_in_id": begun["id"]},
    )
    return begun


def _judge(
    transaction: Transaction, helped: AccountAndPlaces, place: Place, limits: Limits
) -> tuple[Shift, Arrival]:
    now = transaction.now
    peaks = [(place.post_id, one.peak) for one in shifts.open_at(place, limits, now, now=now)]
    on_rosters = rosters.at_peaks_in(transaction, peaks)
    shift, rostered = arrivals.shift_of(
        place, on_rosters, account_id=helped.id, belongs=True, at=now, now=now, limits=limits
    )
    attempt = Attempt(
        claimed_at=now,
        queued=False,
        fix=None,
        approved=helped.status == AccountStatus.APPROVED,
        rostered=rostered,
        assisted=True,
    )
    arrival = judge_arrival(
        shift,
        attempt,
        at=now,
        now=now,
        post=place.point,
        fence_radius_m=place.fence_radius_m,
        limits=limits[TrustLimits],
    )
    return shift, arrival


def _may_stand(transaction: Transaction, helped: AccountAndPlaces, place: Place) -> bool:
    """Tell whether somebody may be vouched for at a post: of its school, or of the police on its roster."""
    if helped.category != Category.POLICE:
        return helped.school_id == place.school_id
    mine = rosters.of_account(transaction.connection, helped.id, transaction.now)
    return any(row.post_id == place.post_id for row in mine)
