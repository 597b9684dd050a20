"""Somebody at a console proves that it is still he who sits there, before what could not be taken back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from server.core.access.roles import AccountStatus, Actor
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.people.queries import sessions, sign_in_limits
from server.people.rules.caller import Caller
from server.people.service import own_password


def prove(
    store: Store,
    *,
    actor: Actor,
    password: str,
    second: str | None,
    caller: Caller,
    in_real_thread: Callable[..., Any],
    now: datetime,
) -> None:
    """Let the actor's session be proved anew, by his password and, where he has one, the code of his second step.

    Wrong tries count as those of a sign-in do. Raises ``Refused``: ``wrong_password``, ``second_code_needed``,
    ``wrong_second_step``, ``too_many`` (retry_after_s), ``not_found`` for an account without a password,
    ``suspended``.
    """
    if actor.status == AccountStatus.SUSPENDED:
        raise Refused("suspended")
    tried = own_password.tried(
        store, actor=actor, password=password, caller=caller, in_real_thread=in_real_thread, now=now
    )
    if not tried.fits:
        raise Refused("wrong_password")
    with store.transaction(now) as transaction:
        username = tried.account.username or ""
        person = sign_in_limits.by_username(transaction, username, caller)
        refused = sign_in_limits.second_step(transaction, person, tried.account, second, caller)
        if refused is None:
            sessions.prove(transaction.connection, actor.session_id, now)
    # Only after the commit: a refusal inside would give the try back.
    if refused is not None:
        # The session is open: it is not asked for as at a sign-in.
        raise Refused("second_code_needed") if refused.code == "second_step_needed" else refused
