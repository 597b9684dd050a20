"""Raising an alarm: whatever the session's state, wherever the phone thinks it is, it is written first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.domain.alarm import SessionState
from server.domain.errors import Refused
from server.domain.roles import CONSOLE, Act, Actor, require, sees_row
from server.domain.rules import Rules
from server.domain.trust import Fix, usable_fix
from server.store import alarm_posts, alarm_views
from server.store.raising import Raising, Source, raise_or_join
from server.store.transaction import Store, Transaction

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """A held button: the session's state, and what the phone sent. Nothing of that is needed."""

    session_state: SessionState
    request_id: str | None = None
    post_id: int | None = None
    post_code: str | None = None
    fix: Fix | None = None
    claimed_at: datetime | None = None
    covert: bool = False
    not_understood: tuple[str, ...] = ()


def raise_alarm(store: Store, *, actor: Actor, press: Press, rules: Rules, now: datetime) -> dict[str, Any]:
    """Raise an alarm, or join the open one that the press belongs to; give it as it is now.

    One transaction writes alarm, report, responses, timeline, event and audit row before anything is
    answered. A retry, with whatever body, gives the alarm of the first press. Raises ``Refused``:
    ``place_missing`` where no post at all can be found, ``unknown_post`` for a console beyond its scope.
    """
    require(actor, Act.RAISE_ALARM)
    with store.transaction(now) as transaction:
        first = None
        if press.request_id is not None:
            first = transaction.remember(actor.account_id, press.request_id, "alarm", None)
        # A number that some other write used before has another answer, and must not stop an alarm.
        if first is not None and "alarm_id" in first:
            return _as_seen_by(transaction, actor, press, first["alarm_id"])
        post = _post_of(transaction, actor, press)
        raised = raise_or_join(transaction, _raising(actor, press, post), rules)
        if press.request_id is not None and first is None:
            transaction.answer(actor.account_id, press.request_id, {"alarm_id": raised["id"]})
        return _as_seen_by(transaction, actor, press, raised["id"])


def _as_seen_by(transaction: Transaction, actor: Actor, press: Press, alarm_id: int) -> dict[str, Any]:
    """Give an alarm as whoever pressed sees it; a session that has ended, which may be stolen, sees counts alone."""
    active = press.session_state == SessionState.ACTIVE
    return alarm_views.seen(transaction.connection, alarm_id, actor, active=active)


def _raising(actor: Actor, press: Press, post: Row) -> Raising:
    console = actor.role in CONSOLE
    return Raising(
        post=post,
        source=Source.CONSOLE if console else Source.PHONE,
        actor_id=actor.account_id,
        raised_by=actor.account_id,
        joins_own=not console,
        session_state=press.session_state,
        fix=press.fix,
        claimed_at=press.claimed_at,
        covert=press.covert,
        facts={"not_understood": list(press.not_understood)} if press.not_understood else {},
    )


def _post_of(transaction: Transaction, actor: Actor, press: Press) -> Row:
    """Find the post: by the scanned code, by the number, by the open duty, by the account's own places."""
    connection = transaction.connection
    found = alarm_posts.by_code(connection, press.post_code, actor.district_id) if press.post_code else None
    if found is None and press.post_id is not None:
        found = alarm_posts.by_id(connection, press.post_id, actor.district_id)
    if actor.role in CONSOLE and (found is not None or press.post_id is not None):
        if found is None or not sees_row(actor, found):
            raise Refused("unknown_post")
        return found
    if found is None:
        found = alarm_posts.of_duty(connection, actor.account_id)
    if found is None:
        fix = usable_fix(press.fix)
        found = alarm_posts.of_account(connection, actor, fix.point if fix else None)
    if found is None:
        raise Refused("place_missing")
    return found
