"""A check-in that waits for want of a good fix is turned by a better one within some minutes, without anybody's tap."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.duty.queries import check_ins, positions
from server.duty.queries.check_ins import Duty
from server.duty.rules.trust import (
    MENDED_BY_A_FIX,
    Fix,
    Flag,
    PlaceFinding,
    TrustLimits,
    in_order,
    is_verified,
    place_finding,
)
from server.duty.service import check_ins as arrivals
from server.duty.service import coverage as post_coverage
from server.places.queries import districts


def waits(duty: Duty, limits: TrustLimits, now: datetime) -> bool:
    """Tell whether a better fix could still turn a check-in: one without a good fix, at most five minutes old."""
    recent = now - duty.at <= timedelta(seconds=limits.better_fix_s)
    return not duty.verified and recent and not MENDED_BY_A_FIX.isdisjoint(_flags(duty))


def take(store: Store, *, duty: Duty, fixes: Iterable[Fix], limits: Limits, now: datetime) -> None:
    """Let the newest fix that proves that its guard stands at the post stand in for the one of the check-in.

    What else speaks against the check-in stays.
    """
    newest = sorted(fixes, key=lambda fix: fix.at, reverse=True)
    with store.transaction(now) as transaction:
        place = districts.place_in(transaction, duty.post_id)
        if place is None:
            return
        last = positions.last_of(transaction.connection, duty.account_id)
        for fix in newest:
            finding = place_finding(
                fix,
                post=place.point,
                fence_radius_m=place.fence_radius_m,
                last_fix=last,
                at=now,
                received_at=now,
                limits=limits[TrustLimits],
            )
            if is_verified(finding.flags):
                _turn(transaction, duty, fix, finding, limits)
                return


def _turn(transaction: Transaction, duty: Duty, fix: Fix, finding: PlaceFinding, limits: Limits) -> None:
    flags = in_order((_flags(duty) - MENDED_BY_A_FIX) | finding.flags)
    turned = check_ins.turn(
        transaction.connection,
        duty.id,
        flags=[flag.value for flag in flags],
        verified=is_verified(flags),
        latitude=fix.point.latitude,
        longitude=fix.point.longitude,
        accuracy_m=fix.accuracy_m,
        distance_m=finding.distance_m,
    )
    if turned:
        arrivals.publish_own(transaction, duty.id)
        post_coverage.publish_at_the_end(transaction, duty.post_id, limits)


def _flags(duty: Duty) -> frozenset[Flag]:
    return frozenset(Flag(flag) for flag in duty.flags)
