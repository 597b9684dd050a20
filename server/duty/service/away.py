"""Looking who is away from his post, and what people see of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from server.core.access.roles import Actor
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.duty.facts import AtAlarms
from server.duty.queries import away, check_ins
from server.duty.queries.away import LastSeen
from server.duty.rules.away import FRESH, AwayLimits, AwayView, is_due, is_good, outside_m, since_when
from server.duty.rules.trust import TrustLimits
from server.duty.service import check_ins as arrivals
from server.people.queries import consents
from server.people.rules.consent_texts import POSITION_CONSENT


def look_at(store: Store, post_ids: Sequence[int], limits: Limits, now: datetime) -> int:
    """Look at the newest places of those on duty at some posts; writes where somebody is outside, or back.

    Tells how many changed. Nothing is written where everybody is at his post.
    """
    with store.read() as connection:
        seen = away.last_seen(connection, post_ids, fresh=now - FRESH, now=now)
    off = {one.check_in_id: _outside(one, limits) for one in seen}
    out = [one for one in seen if off[one.check_in_id] is not None and one.fix.at != one.seen_at]
    back = [
        one.check_in_id
        for one in seen
        if one.since is not None and off[one.check_in_id] is None and is_good(one.fix, limits[TrustLimits])
    ]
    if not out and not back:
        return 0
    with store.transaction(now) as transaction:
        # Nothing of whoever withdrew consent since may come after that.
        still = consents.agreed(transaction.connection, (one.account_id for one in out), POSITION_CONSENT)
        out = [one for one in out if one.account_id in still]
        for one in out:
            away.put(transaction.connection, one, since=_since(one), distance_m=off[one.check_in_id] or 0)
        _ask(transaction, [one for one in out if _is_due(one, limits)])
        _end(transaction, seen, back)
    return len(out) + len(back)


def _outside(one: LastSeen, limits: Limits) -> float | None:
    return outside_m(one.fix, post=one.post, fence_radius_m=one.fence_radius_m, limits=limits[TrustLimits])


def _since(one: LastSeen) -> datetime:
    return since_when(one.since, one.seen_at, one.fix.at, asked=one.asked_at is not None)


def _is_due(one: LastSeen, limits: Limits) -> bool:
    return one.asked_at is None and is_due(_since(one), one.fix.at, limits[AwayLimits])


def _ask(transaction: Transaction, due: Sequence[LastSeen]) -> None:
    """Ask each once, but for whoever an alarm has called away."""
    if not due:
        return
    at_alarms = frozenset().union(*transaction.ask(AtAlarms()))
    for one in due:
        if one.account_id not in at_alarms and away.ask(
            transaction.connection, one.check_in_id, transaction.now
        ):
            _tell(transaction, one)


def _end(transaction: Transaction, seen: Sequence[LastSeen], back: Sequence[int]) -> None:
    if not back:
        return
    away.end(transaction.connection, back)
    for one in seen:
        if one.check_in_id in back and one.asked_at is not None:
            _tell(transaction, one)


def _tell(transaction: Transaction, one: LastSeen) -> None:
    """Let him, and who leads the post, look anew at what stands of his duty."""
    for check_in_id in (one.check_in_id, *check_ins.leading(transaction.connection, one.post_id)):
        arrivals.publish_own(transaction, check_in_id)


def view(connection: Connection, actor: Actor, post_id: int, *, leads: bool) -> AwayView:
    """Show somebody on duty whether he is away, and a leader who else of his post is."""
    people = away.at_post(connection, post_id)
    mine = next((one for one in people if one["account_id"] == actor.account_id), None)
    return {
        "own": {"since": mine["since"], "answer": mine["answer"]} if mine else None,
        "others": [one for one in people if leads and one is not mine],
    }
