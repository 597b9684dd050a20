"""Checking in at a post by its code, and checking out: all that are asked for at the same moment, as one set.

What is known of all of them is read first, each is judged by itself, and then each table is written once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from server.calendar.queries import rosters, shifts
from server.calendar.queries.rosters import PostPeak
from server.calendar.rules import OnRoster, Window
from server.core.access.roles import AccountStatus, Act, Actor, require
from server.core.database import requests
from server.core.database.requests import Answered
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.queries import askers, check_ins, positions
from server.duty.queries.askers import Asker
from server.duty.queries.lending import arrived
from server.duty.rules.arrival import Attempt, judge_arrival, judged_time
from server.duty.rules.shapes import CheckInView
from server.duty.rules.trust import Fix, TrustLimits, usable_fix
from server.duty.service import check_ins as arrivals
from server.duty.service import lending
from server.duty.service.check_ins import NewDuty
from server.duty.tables import Lending, Position
from server.places.queries import districts
from server.places.queries.districts import Place, PrintedCode
from server.places.rules.post_codes import CodeLimits, CodeStatus, require_good

SHARED_DEVICE_WITHIN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class CheckInRequest:
    """What a phone says when its guard checks in. ``claimed_at`` is the phone's own clock."""

    actor: Actor
    request_id: str
    post_code: str
    fix: Fix | None
    claimed_at: datetime
    queued: bool
    device_id: str

    @property
    def body_hash(self) -> str:
        """Give what tells a retry of it from another request under the same number."""
        return requests.hash_of("check_in", [self.post_code, self.claimed_at, self.queued, self.fix])

    def judged_at(self, now: datetime) -> datetime:
        """Give the moment whose shift is asked for: an entry that waited in the phone is judged on its own time."""
        return min(self.claimed_at, now) if self.queued else now


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a set of check-ins before they are judged. ``on_devices`` grows with those that are."""

    askers: Mapping[int, Asker]
    codes: Mapping[str, PrintedCode]
    places: Mapping[int, Place]
    on_rosters: Mapping[PostPeak, Sequence[OnRoster]]
    on_devices: dict[str, set[int]]
    lent: Mapping[int, Lending]


def check_in(
    transaction: Transaction, asked: Sequence[CheckInRequest], limits: Limits
) -> list[CheckInView | Refused]:
    """Check people in at the posts whose codes they scanned, each account once; gives for each what came of it.

    Refused: ``suspended``, ``unknown_post``, ``code_replaced``, ``post_archived``, ``already_on_duty``, ``too_early``,
    ``shift_over``, ``no_shift``, ``request_id_reused``. What a phone cannot prove is a flag.
    """
    known = _known(transaction, asked, limits)
    asked = [_as_he_is_by_now(one, known) for one in asked]
    judged = [_judged(one, known, transaction.now, limits) for one in asked]
    begun = _begin(transaction, [one for one in judged if isinstance(one, NewDuty)], known, limits)
    views = {view["account_id"]: view for view in begun}
    requests.keep_new(
        transaction.connection,
        [
            Answered(one.actor.account_id, one.request_id, one.body_hash, views[one.actor.account_id])
            for one in asked
            if one.actor.account_id in views
        ],
        transaction.now,
    )
    return [views[one.account_id] if isinstance(one, NewDuty) else one for one in judged]


def _known(transaction: Transaction, asked: Sequence[CheckInRequest], limits: Limits) -> Known:
    connection, now = transaction.connection, transaction.now
    codes = districts.printed_codes_in(transaction, (one.post_code for one in asked))
    places = districts.places_in(transaction, (code.post_id for code in codes.values()))
    peaks = {
        (place.post_id, shift.peak)
        for one in asked
        if one.post_code in codes and (place := places.get(codes[one.post_code].post_id)) is not None
        for shift in shifts.open_at(place, limits, one.judged_at(now), now=now)
    }
    known = askers.read(connection, {one.actor.account_id: one.request_id for one in asked})
    coming = [
        (duty, places[codes[one.post_code].post_id])
        for one in asked
        if one.post_code in codes
        and codes[one.post_code].post_id in places
        and (duty := known[one.actor.account_id].duty) is not None
        and duty.post_id != codes[one.post_code].post_id
    ]
    return Known(
        askers=known,
        codes=codes,
        places=places,
        on_rosters=rosters.at_peaks_in(transaction, peaks),
        on_devices=check_ins.accounts_of_devices(
            connection, {one.device_id for one in asked}, now - SHARED_DEVICE_WITHIN
        ),
        lent=lending.arriving(transaction, coming, limits) if coming else {},
    )


def _as_he_is_by_now(asked: CheckInRequest, known: Known) -> CheckInRequest:
    actor = known.askers[asked.actor.account_id].claim.of(asked.actor)
    return asked if actor is asked.actor else replace(asked, actor=actor)


def _judged(
    asked: CheckInRequest, known: Known, now: datetime, limits: Limits
) -> NewDuty | CheckInView | Refused:
    """Judge a check-in: the duty that it begins, the answer that it got before, or what refuses it."""
    try:
        require(asked.actor, Act.CHECK_IN)
        earlier = known.askers[asked.actor.account_id].earlier
        if earlier is not None:
            first: CheckInView = requests.again(earlier, "check_in", asked.body_hash)  # type: ignore[assignment]
            return first
        new = _new_duty(asked, known, now, limits)
    except Refused as refusal:
        return refusal
    known.on_devices.setdefault(asked.device_id, set()).add(new.account_id)
    return new


def _new_duty(asked: CheckInRequest, known: Known, now: datetime, limits: Limits) -> NewDuty:
    actor = asked.actor
    asker = known.askers[actor.account_id]
    place, stale = _post_of_code(asked, known, now, limits)
    at = judged_time(claimed_at=asked.claimed_at, queued=asked.queued, now=now, window=limits[Window])
    # A queued entry from before his duty is no arrival: it would end a duty that began later.
    is_lent = actor.account_id in known.lent and asker.duty is not None and asker.duty.at <= at
    shift, rostered = arrivals.shift_of(
        place,
        known.on_rosters,
        account_id=actor.account_id,
        belongs=is_lent or _belongs(actor, place),
        at=at,
        now=now,
        limits=limits,
    )
    arrival = judge_arrival(
        shift,
        _attempt(asked, known, asker, rostered=rostered or (None if is_lent else rostered), stale=stale),
        at=at,
        now=now,
        post=place.point,
        fence_radius_m=place.fence_radius_m,
        limits=limits[TrustLimits],
    )
    if not is_lent:
        arrivals.require_free(asker.duty, post_id=place.post_id, at=arrival.at, himself=True)
    assert actor.category is not None
    # A fix that proves nothing is no place of his either; without consent it is judged and forgotten.
    keeps = arrival.distance_m is not None and asker.agreed_to_positions
    return NewDuty(
        account_id=actor.account_id,
        category=actor.category.value,
        place=place,
        shift=shift,
        arrival=arrival,
        claimed_at=asked.claimed_at,
        fix=usable_fix(asked.fix) if keeps else None,
        device_id=asked.device_id,
    )


def _belongs(actor: Actor, place: Place) -> bool:
    return arrivals.belongs(
        place, category=actor.category, school_id=actor.school_id, station_id=actor.station_id
    )


def _post_of_code(asked: CheckInRequest, known: Known, now: datetime, limits: Limits) -> tuple[Place, bool]:
    """Find the post of a printed code in the actor's district, and whether the code was replaced.

    Raises ``Refused``: ``unknown_post``, also for another district's post and a code replaced too long ago,
    ``code_replaced`` and ``post_archived``.
    """
    code = known.codes.get(asked.post_code)
    if code is None:
        raise Refused("unknown_post")
    place = known.places.get(code.post_id)
    if place is None or place.district_id != asked.actor.district_id:
        raise Refused("unknown_post")
    standing = require_good(code.replaced_at, now, limits[CodeLimits], void=code.void)
    if place.archived_at is not None and asked.judged_at(now) >= place.archived_at:
        raise Refused("post_archived")
    return place, standing == CodeStatus.STALE


def _attempt(
    asked: CheckInRequest, known: Known, asker: Asker, *, rostered: bool | None, stale: bool
) -> Attempt:
    return Attempt(
        claimed_at=asked.claimed_at,
        queued=asked.queued,
        fix=asked.fix,
        approved=asked.actor.status == AccountStatus.APPROVED,
        rostered=rostered,
        last_fix=asker.last_fix,
        stale_code=stale,
        shared_device=not known.on_devices.get(asked.device_id, set()) <= {asked.actor.account_id},
    )


def _begin(
    transaction: Transaction, new: Sequence[NewDuty], known: Known, limits: Limits
) -> list[CheckInView]:
    for one in new:
        if known.askers[one.account_id].duty is not None:
            arrivals.give_way(transaction, one.account_id, limits)
    begun = arrivals.begin(transaction, new, limits)
    lent = {one.account_id: known.lent[one.account_id].id for one in new if one.account_id in known.lent}
    arrived(transaction.connection, lent, transaction.now)
    positions.keep(
        transaction.connection,
        [
            Position.of_fix(one.fix, account_id=one.account_id, check_in_id=view["id"], now=transaction.now)
            for one, view in zip(new, begun, strict=True)
            if one.fix is not None
        ],
    )
    return begun
