"""Checking in at a post by its code, and checking out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.calendar.rules import Shift, Window
from server.core.access.roles import AccountStatus, Act, Actor, require
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.facts import DutyBegun
from server.duty.queries import check_ins, positions
from server.duty.rules.arrival import (
    Arrival,
    Attempt,
    duty_minutes,
    judge_arrival,
    judged_time,
    require_check_out,
)
from server.duty.rules.shapes import CheckInView, CheckOutView
from server.duty.rules.trust import Fix, TrustLimits, usable_fix
from server.duty.service import check_ins as arrivals
from server.duty.service import coverage as post_coverage
from server.duty.tables import Position
from server.people.queries import accounts
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.post_codes import CodeLimits, CodeStatus, code_standing

SHARED_DEVICE_WITHIN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class CheckInRequest:
    """What a phone says when its guard checks in. ``claimed_at`` is the phone's own clock."""

    request_id: str
    post_code: str
    fix: Fix | None
    claimed_at: datetime
    queued: bool
    device_id: str


def check_in(transaction: Transaction, *, actor: Actor, asked: CheckInRequest, limits: Limits) -> CheckInView:
    """Check the actor in at the post whose code was scanned.

    Raises ``Refused``: ``suspended``, ``unknown_post``, ``already_on_duty``, ``too_early``,
    ``shift_over``, ``no_shift``, ``request_id_reused``. What a phone cannot prove is a flag.
    """
    require(actor, Act.CHECK_IN)
    body = [asked.post_code, asked.claimed_at, asked.queued, asked.fix]
    first = transaction.remember(actor.account_id, asked.request_id, "check_in", body, shape=CheckInView)
    if first is not None:
        return first
    place, stale = post_of_code(transaction, asked.post_code, actor, limits)
    now = transaction.now
    at = judged_time(claimed_at=asked.claimed_at, queued=asked.queued, now=now, window=limits[Window])
    belongs = arrivals.belongs(
        place, category=actor.category, school_id=actor.school_id, station_id=actor.station_id
    )
    shift, rostered = arrivals.shift_of(
        transaction, place, account_id=actor.account_id, belongs=belongs, at=at, limits=limits
    )
    arrival = judge_arrival(
        shift,
        _attempt(transaction, actor, asked, rostered=rostered, stale=stale),
        at=at,
        now=now,
        post=place.point,
        fence_radius_m=place.fence_radius_m,
        limits=limits[TrustLimits],
    )
    row_id = _write(transaction, actor, place, shift, arrival, asked, limits)
    post_coverage.publish_at_the_end(transaction, place.post_id, limits)
    transaction.announce(DutyBegun(place, limits))
    view = arrivals.publish_own(transaction, row_id)
    return transaction.answer(actor.account_id, asked.request_id, view)


def check_out(transaction: Transaction, *, actor: Actor, request_id: str, limits: Limits) -> CheckOutView:
    """End the actor's duty. Raises ``Refused``: ``not_on_duty`` or ``check_out_too_early``."""
    require(actor, Act.CHECK_OUT)
    first = transaction.remember(actor.account_id, request_id, "check_out", [], shape=CheckOutView)
    if first is not None:
        return first
    duty = check_ins.open_of_account(transaction.connection, actor.account_id)
    if duty is None:
        raise Refused("not_on_duty")
    shift = Shift.from_dict(duty.shift)
    require_check_out(shift, transaction.now)
    minutes = duty_minutes(duty.at, transaction.now, shift)
    if not check_ins.check_out(transaction.connection, duty.id, at=transaction.now, how="check_out"):
        raise Refused("not_on_duty")
    post_coverage.publish_at_the_end(transaction, duty.post_id, limits, also=actor.account_id)
    answer: CheckOutView = {"check_in": arrivals.publish_own(transaction, duty.id), "minutes": minutes}
    return transaction.answer(actor.account_id, request_id, answer)


def post_of_code(transaction: Transaction, code: str, actor: Actor, limits: Limits) -> tuple[Place, bool]:
    """Find the post of a printed code in the actor's district, and whether the code was replaced.

    Raises ``Refused("unknown_post")``, also for another district's post and a code replaced too long ago.
    """
    found = districts.code_of(transaction.connection, code)
    if found is None:
        raise Refused("unknown_post")
    post_id, replaced_at = found
    standing = code_standing(replaced_at, transaction.now, limits[CodeLimits])
    place = districts.place_in(transaction, post_id)
    if place is None or place.district_id != actor.district_id or standing == CodeStatus.EXPIRED:
        raise Refused("unknown_post")
    return place, standing == CodeStatus.STALE


def _attempt(
    transaction: Transaction, actor: Actor, asked: CheckInRequest, *, rostered: bool | None, stale: bool
) -> Attempt:
    connection = transaction.connection
    since = transaction.now - SHARED_DEVICE_WITHIN
    other = check_ins.last_of_device(connection, asked.device_id, since, actor.account_id)
    return Attempt(
        claimed_at=asked.claimed_at,
        queued=asked.queued,
        fix=asked.fix,
        approved=actor.status == AccountStatus.APPROVED,
        rostered=rostered,
        last_fix=positions.last_of(connection, actor.account_id),
        stale_code=stale,
        shared_device=other is not None,
    )


def _write(
    transaction: Transaction,
    actor: Actor,
    place: Place,
    shift: Shift,
    arrival: Arrival,
    asked: CheckInRequest,
    limits: Limits,
) -> int:
    assert actor.category is not None
    connection = transaction.connection
    # One that proves nothing is no place of his either.
    fix = usable_fix(asked.fix) if arrival.distance_m is not None else None
    # Without consent the fix is judged and forgotten.
    if fix and not accounts.agreed(connection, [actor.account_id], accounts.POSITION_CONSENT):
        fix = None
    row_id = arrivals.begin(
        transaction,
        account_id=actor.account_id,
        category=actor.category.value,
        place=place,
        shift=shift,
        arrival=arrival,
        claimed_at=asked.claimed_at,
        fix=fix,
        device_id=asked.device_id,
        makes_way=limits,
    )
    if fix is not None:
        here = Position.of_fix(fix, account_id=actor.account_id, check_in_id=row_id, now=transaction.now)
        positions.keep(connection, [here])
    return row_id
