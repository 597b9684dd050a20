"""Checking in and out somebody who has no smartphone, by his name or by his badge."""

from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy.exc import IntegrityError

from server.calendar.queries import rosters, shifts
from server.calendar.rules import Shift
from server.core import audit
from server.core.access.roles import AccountStatus, Act, Actor, require
from server.core.database import rate_limits
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.queries import badges, check_ins
from server.duty.rules.arrival import Arrival, Attempt, CheckOutHow, judge_arrival, require_check_out
from server.duty.rules.shapes import CheckInView
from server.duty.rules.trust import TrustLimits
from server.duty.service import check_ins as arrivals
from server.duty.service.assisting import Helped, Whom, helped_by
from server.duty.service.check_ins import NewDuty
from server.people.queries.accounts import AccountAndPlaces
from server.places.queries.districts import Place

# A leader scans a few people a shift, and now and then twice.
LOOKS = rate_limits.Limit(60, timedelta(minutes=10))


class HeldUp(TypedDict):
    """Whose badge somebody holds up, and whether he is on duty here already."""

    account_id: int
    name: str
    category: str
    on_duty: bool


def look(store: Store, *, actor: Actor, badge: str, now: datetime) -> HeldUp:
    """Tell whose badge somebody holds up, and whether he is on duty at the actor's post; the look is recorded.

    Raises ``Refused``: ``not_yours_to_confirm``, ``badge_forged``, ``badge_revoked`` (revoked_at), ``badge_foreign``,
    ``badge_suspended``, ``own_check_in``, ``too_many`` (retry_after_s).
    """
    require(actor, Act.ASSIST)
    with store.transaction(now) as transaction:
        rate_limits.take(transaction.connection, f"held_up:{actor.account_id}", LOOKS, now)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        helped = helped_by(transaction, actor, Whom(badge=badge))
        person = helped.person
        duty = check_ins.open_of_account(connection, person.id)
        facts = {"post_id": helped.place.post_id}
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="badge.read",
            subject_id=person.id,
            facts=facts,
        )
        return {
            "account_id": person.id,
            "name": person.name,
            "category": person.claim,
            "on_duty": duty is not None and duty.post_id == helped.place.post_id,
        }


def check_in_for(
    store: Store, *, actor: Actor, request_id: str, whom: Whom, limits: Limits, now: datetime
) -> CheckInView:
    """Check in somebody without a smartphone at the post where the actor stands.

    A duty leader or a security guard on verified duty vouches with their own eyes: no position is asked
    for, and what else speaks against the person still counts. Raises ``Refused``: those of ``helped_by`` and the
    window's refusals.
    """
    require(actor, Act.ASSIST)
    with store.transaction(now) as transaction:
        asked = whom.account_id if whom.badge is None else whom.badge
        first = transaction.remember(actor.account_id, request_id, "check_in_for", asked, shape=CheckInView)
        if first is not None:
            return first
        helped = helped_by(transaction, actor, whom)
        answer = _assist(transaction, actor, helped, limits)
        return transaction.answer(actor.account_id, request_id, answer)


def check_out_for(
    store: Store, *, actor: Actor, request_id: str, whom: Whom, limits: Limits, now: datetime
) -> CheckInView:
    """End the duty of somebody whom a colleague checked in at the post where the actor stands.

    Raises ``Refused``: those of ``helped_by``, ``not_on_duty``, ``checks_out_himself`` for who checked in with a phone
    of his own, ``check_out_too_early`` (opens_at).
    """
    require(actor, Act.ASSIST)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = whom.account_id if whom.badge is None else whom.badge
        first = transaction.remember(actor.account_id, request_id, "check_out_for", asked, shape=CheckInView)
        if first is not None:
            return first
        helped = helped_by(transaction, actor, whom)
        duty = check_ins.open_of_account(connection, helped.person.id)
        if duty is None or duty.post_id != helped.place.post_id:
            raise Refused("not_on_duty")
        if duty.assisted_by is None:
            raise Refused("checks_out_himself")
        require_check_out(Shift.from_dict(duty.shift), now)
        arrivals.end(transaction, helped.person.id, limits, how=CheckOutHow.CHECK_OUT)
        _record(transaction, actor, "check_out_for", helped, duty.id)
        return transaction.answer(actor.account_id, request_id, arrivals.view_of(transaction, duty.id))


def _assist(transaction: Transaction, actor: Actor, whom: Helped, limits: Limits) -> CheckInView:
    helped, place = whom.person, whom.place
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
    if whom.badge is not None:
        badges.note_use(transaction.connection, begun["id"], whom.badge.id, transaction.now)
    _record(transaction, actor, "check_in_for", whom, begun["id"])
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


def _record(transaction: Transaction, actor: Actor, act: str, helped: Helped, check_in_id: int) -> None:
    known = {} if helped.badge is None else {"badge_id": helped.badge.id}
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=actor.account_id,
        act=act,
        subject_id=helped.person.id,
        facts={"check_in_id": check_in_id, **known},
    )
