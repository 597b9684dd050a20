"""What somebody of a console does with his own account: another password, and ending sessions that he left open."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from server.core import audit
from server.core.access.roles import AccountStatus, Actor
from server.core.database.transaction import Store
from server.core.moments import moment
from server.core.refused import Refused
from server.people.queries import accounts, sessions
from server.people.rules.caller import Caller
from server.people.rules.shapes import OwnSessionList, OwnSessionView
from server.people.service import own_password, passwords

# A page whose answer was lost asks again within that time.
RETRIED_WITHIN = timedelta(minutes=10)


def own_sessions(store: Store, *, actor: Actor, now: datetime) -> OwnSessionList:
    """List the actor's open sessions, newest first; the one that asks is marked. Raises ``Refused("suspended")``."""
    _check_open(actor)
    with store.read() as connection:
        found = sessions.open_of(connection, actor.account_id, now)
    views: list[OwnSessionView] = [
        {
            "id": one.id,
            "browser": one.browser,
            "network": one.network,
            "signed_in_at": moment(one.created_at),
            "expires_at": moment(one.expires_at),
            "here": one.id == actor.session_id,
        }
        for one in found
    ]
    return {"items": views}


def end_session(store: Store, *, actor: Actor, session_id: int, now: datetime) -> None:
    """End one of the actor's sessions; one that is over, or is another's, stays. Raises ``Refused("suspended")``."""
    _end(store, actor, now, lambda open_one: open_one == session_id)


def end_other_sessions(store: Store, *, actor: Actor, now: datetime) -> None:
    """End all of the actor's sessions but the one that asks. Raises ``Refused("suspended")``."""
    _end(store, actor, now, lambda open_one: open_one != actor.session_id)


def _check_open(actor: Actor) -> None:
    if actor.status == AccountStatus.SUSPENDED:
        raise Refused("suspended")


def _end(store: Store, actor: Actor, now: datetime, chosen: Callable[[int], bool]) -> None:
    _check_open(actor)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        ids = [one.id for one in sessions.open_of(connection, actor.account_id, now) if chosen(one.id)]
        if not ids:
            return
        sessions.end_these(transaction, ids)
        facts = {"number": len(ids)}
        audit.record(connection, now=now, actor_id=actor.account_id, act="sessions.ended", facts=facts)


def change_password(
    store: Store,
    *,
    actor: Actor,
    old: str,
    new: str,
    caller: Caller,
    in_real_thread: Callable[..., Any],
    now: datetime,
) -> None:
    """Give the actor's account a new password; his other sessions end. Asked again soon, with both alike, it is done.

    Wrong tries count as those of a sign-in do. Raises ``Refused``: ``wrong_password``, ``same_password``,
    ``password_too_short`` (shortest), ``password_too_common``, ``not_found`` for an account without a password,
    ``too_many`` (retry_after_s), ``suspended``.
    """
    _check_open(actor)
    if old == new:
        raise Refused("same_password")
    with store.read() as connection:
        # Else each try would be two: one of the old password, and one of the new.
        since = now - RETRIED_WITHIN
        was_changed = audit.seen_since(connection, actor.account_id, "password.changed", since)
    tried = own_password.tried(
        store,
        actor=actor,
        password=old,
        other=new if was_changed else None,
        caller=caller,
        in_real_thread=in_real_thread,
        now=now,
    )
    if tried.fits_other:
        return
    if not tried.fits:
        raise Refused("wrong_password")
    found = tried.account
    assert found.username is not None
    password_hash = in_real_thread(passwords.checked_hash, new, found.username, found.name)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        row = accounts.by_username(connection, found.username, lock=True)
        # Whoever runs the server may have set another one meanwhile.
        if row is None or row.password_hash != found.password_hash:
            raise Refused("wrong_password")
        accounts.change(connection, actor.account_id, password_hash=password_hash)
        others = sessions.open_of(connection, actor.account_id, now)
        sessions.end_these(transaction, [one.id for one in others if one.id != actor.session_id])
        audit.record(connection, now=now, actor_id=actor.account_id, act="password.changed")
