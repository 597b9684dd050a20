"""The second step of one's own sign-in: set up, confirmed by a code, its recovery codes, ended."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from server.core import audit
from server.core.access.roles import AccountStatus, Actor
from server.core.database import rate_limits
from server.core.database.transaction import Store, Transaction
from server.core.files.qr import Correction, qr_modules, qr_runs
from server.core.moments import moment_or_none
from server.core.refused import Refused
from server.people.queries import second_factors
from server.people.queries.sign_in_limits import WRONG_SECOND_STEPS
from server.people.rules import second_factors as rules
from server.people.rules.caller import Caller
from server.people.rules.user_shapes import OwnSecondStep, RecoveryCodes, SecondStepBegun
from server.people.service import own_password
from server.people.tables.second_factors import SecondFactor
from server.places.queries import districts


def own(store: Store, *, actor: Actor) -> OwnSecondStep:
    """Tell whether the actor is asked for a second step, since when, and how many recovery codes are left."""
    _check_open(actor)
    with store.read() as connection:
        factor = second_factors.of(connection, actor.account_id)
        left = second_factors.codes_left(connection, actor.account_id)
    return {"since": moment_or_none(factor.confirmed_at) if factor else None, "codes_left": left}


def begin(
    store: Store,
    *,
    actor: Actor,
    password: str,
    caller: Caller,
    in_real_thread: Callable[..., Any],
    now: datetime,
) -> SecondStepBegun:
    """Make the secret for an authenticator app; nothing is asked for before ``confirm``. Each call makes a new one.

    Raises ``Refused``: ``wrong_password``, ``too_many``, ``second_step_is_on``, ``suspended``.
    """
    _check_open(actor)
    tried = own_password.tried(
        store, actor=actor, password=password, caller=caller, in_real_thread=in_real_thread, now=now
    )
    if not tried.fits:
        raise Refused("wrong_password")
    secret = rules.new_secret()
    with store.transaction(now) as transaction:
        connection = transaction.connection
        factor = second_factors.of(connection, actor.account_id, lock=True)
        if factor is not None and factor.confirmed_at is not None:
            raise Refused("second_step_is_on")
        second_factors.begin(connection, actor.account_id, secret, now)
        district = districts.the_district(connection, actor.district_id)
    address = rules.address_of(secret, tried.account.username or "", district.name)
    modules = qr_modules(address, Correction.M)
    runs = [[row, first, length] for row, first, length in qr_runs(modules)]
    return {"secret": secret, "address": address, "qr": {"side": len(modules), "runs": runs}}


def confirm(store: Store, *, actor: Actor, code: str, now: datetime) -> RecoveryCodes:
    """Ask for the second step from now on, once a code of the app is right; gives recovery codes, shown this once.

    Where it is on already they are made anew, and those before are void: so a retry with the next code is harmless.
    Raises ``Refused``: ``wrong_second_step``, ``second_step_not_begun``, ``too_many``, ``suspended``.
    """
    _check_open(actor)
    codes = rules.new_recovery_codes()
    with store.transaction(now) as transaction:
        factor = _taken(transaction, actor, code)
        if factor is not None:
            connection = transaction.connection
            if factor.confirmed_at is None:
                second_factors.confirm(connection, actor.account_id, now)
            second_factors.keep_recovery_codes(connection, actor.account_id, codes)
            act = "second_step.on" if factor.confirmed_at is None else "second_step.codes"
            audit.record(connection, now=now, actor_id=actor.account_id, act=act)
    if factor is None:
        raise Refused("wrong_second_step")
    return {"codes": codes}


def end(
    store: Store,
    *,
    actor: Actor,
    password: str,
    code: str,
    caller: Caller,
    in_real_thread: Callable[..., Any],
    now: datetime,
) -> None:
    """Ask for no second step any more; asked again it is done.

    Raises ``Refused``: ``wrong_password``, ``wrong_second_step``, ``too_many``, ``suspended``.
    """
    _check_open(actor)
    with store.read() as connection:
        if second_factors.of(connection, actor.account_id) is None:
            return
    tried = own_password.tried(
        store, actor=actor, password=password, caller=caller, in_real_thread=in_real_thread, now=now
    )
    if not tried.fits:
        raise Refused("wrong_password")
    with store.transaction(now) as transaction:
        factor = _taken(transaction, actor, code)
        if factor is not None:
            second_factors.end(transaction.connection, actor.account_id)
            audit.record(transaction.connection, now=now, actor_id=actor.account_id, act="second_step.off")
    if factor is None:
        raise Refused("wrong_second_step")


def _taken(transaction: Transaction, actor: Actor, code: str) -> SecondFactor | None:
    """Take a code of the actor's; ``None`` where it is wrong, which is counted and must be committed."""
    connection = transaction.connection
    factor = second_factors.of(connection, actor.account_id, lock=True)
    if factor is None:
        raise Refused("second_step_not_begun")
    # Apart from those of sign-ins: a desk that was left open keeps its owner out of none.
    key = f"own-second:{actor.account_id}"
    rate_limits.take(connection, key, WRONG_SECOND_STEPS, transaction.now)
    if not second_factors.take(connection, factor, code, transaction.now):
        return None
    rate_limits.give_back(connection, key, transaction.now)
    return factor


def _check_open(actor: Actor) -> None:
    if actor.status == AccountStatus.SUSPENDED:
        raise Refused("suspended")
