"""Badges at the console: printing sheets for one's own people, and revoking one that was lost."""

from datetime import datetime, timedelta
from typing import TypedDict

from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.jobs import service as jobs
from server.core.jobs.service import JobView
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.duty.queries import badges
from server.duty.queries.badges import BadgeOf
from server.duty.service import badges as sheets
from server.exports.service import scope_of

PRINTED = rate_limits.Limit(30, timedelta(hours=1))
AT_ONCE = 100


class BadgeView(TypedDict):
    """A badge of somebody as his school or station sees it."""

    id: int
    account_id: int
    name: str
    category: str
    issued_at: str
    revoked_at: str | None
    reason: str | None


class BadgeList(TypedDict):
    """Badges, the newest first, and before which to ask on."""

    items: list[BadgeView]
    before: int | None


def listed(store: Store, *, actor: Actor, before: int | None) -> BadgeList:
    """List badges of the actor's own people. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.KEEP_BADGES)
    with store.read() as connection:
        found = badges.listed(connection, actor, before=before, limit=AT_ONCE + 1)
    items = [_shown(one) for one in found[:AT_ONCE]]
    return {"items": items, "before": items[-1]["id"] if len(found) > AT_ONCE else None}


def print_sheet(
    store: Store, *, actor: Actor, request_id: str, account_ids: list[int], now: datetime
) -> JobView:
    """Ask for the badges of some of the actor's own approved people as one PDF; who has one keeps it.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` (one of them), ``too_many`` (retry_after_s).
    """
    require(actor, Act.KEEP_BADGES)
    with store.transaction(now) as transaction:
        connection, chosen = transaction.connection, sorted(set(account_ids))
        first = transaction.remember(actor.account_id, request_id, "print_badges", chosen, shape=JobView)
        if first is not None:
            return first
        if badges.approved(connection, actor, chosen) != chosen:
            raise Refused("not_found")
        rate_limits.take(connection, f"badges:{actor.school_id}:{actor.station_id}", PRINTED, now)
        without = set(chosen) - badges.current(connection, chosen).keys()
        badges.add(connection, sorted(without), by=actor.account_id, now=now)
        ids = sorted(one.id for one in badges.current(connection, chosen).values())
        one = jobs.ask(
            transaction, sheets.KIND, sheets.BadgesOf(badge_ids=ids, **scope_of(actor)), actor=actor
        )
        facts = {"job_id": one.id}
        audit.record(
            connection, now=now, actor_id=actor.account_id, act="badges.printed", facts=facts, seen=chosen
        )
        return transaction.answer(actor.account_id, request_id, jobs.view(one, None))


def revoke(
    store: Store, *, actor: Actor, request_id: str, badge_id: int, reason: str, now: datetime
) -> BadgeView:
    """Let a badge of one of the actor's own people count no more; printing again gives another one.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``badge_is_revoked``.
    """
    require(actor, Act.KEEP_BADGES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [badge_id, reason]
        first = transaction.remember(actor.account_id, request_id, "revoke_badge", asked, shape=BadgeView)
        if first is not None:
            return first
        found = next(iter(badges.listed(connection, actor, before=badge_id + 1, limit=1)), None)
        if found is None or found.badge.id != badge_id:
            raise Refused("not_found")
        if not badges.revoke(connection, badge_id, by=actor.account_id, reason=reason, now=now):
            raise Refused("badge_is_revoked")
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="badge.revoked",
            subject_id=found.badge.account_id,
            facts={"badge_id": badge_id, "reason": reason},
        )
        [after] = badges.listed(connection, actor, before=badge_id + 1, limit=1)
        return transaction.answer(actor.account_id, request_id, _shown(after))


def _shown(one: BadgeOf) -> BadgeView:
    return {
        "id": one.badge.id,
        "account_id": one.badge.account_id,
        "name": one.name,
        "category": one.category,
        "issued_at": moment(one.badge.issued_at),
        "revoked_at": moment_or_none(one.badge.revoked_at),
        "reason": one.badge.reason,
    }
