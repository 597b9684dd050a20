"""Somebody who is signed in proves with his password that it is still he who sits there; wrong tries count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.core.access.roles import Actor
from server.core.database.transaction import Store
from server.core.refused import Refused
from server.people.queries import accounts, sign_in_limits
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules.caller import Caller
from server.people.service import passwords


@dataclass(frozen=True, slots=True)
class Tried:
    """The account whose password was tried, whether it was right, and whether another one that would do was."""

    account: AccountAndPlaces
    fits: bool
    fits_other: bool


def tried(
    store: Store,
    *,
    actor: Actor,
    password: str,
    other: str | None = None,
    caller: Caller,
    in_real_thread: Callable[..., Any],
    now: datetime,
) -> Tried:
    """Try the actor's password, else an ``other`` one. Wrong tries count as those of a sign-in do.

    Raises ``Refused``: ``not_found`` for an account without a user name, ``too_many`` (retry_after_s).
    """
    with store.transaction(now) as transaction:
        found = accounts.by_id(transaction.connection, actor.account_id)
        if found is None or found.username is None:
            raise Refused("not_found")
        person = sign_in_limits.by_username(transaction, found.username, caller)
        counts = sign_in_limits.password_counts(person, caller)
        refused = sign_in_limits.take(transaction, counts, how="password", find=lambda: found, caller=caller)
    if refused is not None:
        raise refused
    fits = in_real_thread(passwords.fits, found.password_hash, password)
    fits_other = not fits and other is not None and in_real_thread(passwords.fits, found.password_hash, other)
    with store.transaction(now) as transaction:
        if fits or fits_other:
            sign_in_limits.was_right(transaction, counts)
        else:
            sign_in_limits.record_failure(transaction, person, how="password", row=found, caller=caller)
    return Tried(found, fits, fits_other)
