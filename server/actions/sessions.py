"""Signing in and out: by one-time code (guards), by password (console)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.domain.errors import Refused
from server.domain.roles import AccountStatus, Actor, Role
from server.domain.rules import Rules
from server.store import accounts, codes, last_reached, limits, messages, passwords, sessions
from server.store.transaction import Store, Transaction

RESEND_AFTER_S = 60
TICKET_LASTS = timedelta(minutes=10)

A_QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
# A person at one place first; then the user name from everywhere, wide enough that a stranger's guesses do
# not easily lock a dispatcher out; the address last, since a school or a station is one address.
PASSWORDS_HERE = limits.Limit(10, A_QUARTER)
PASSWORDS_EVERYWHERE = limits.Limit(50, A_QUARTER)
PASSWORDS_FROM_ADDRESS = limits.Limit(200, A_QUARTER)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session with what its account sees of itself, or a ticket to register with."""

    opened: sessions.Opened | None
    me: dict[str, Any] | None
    ticket: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a call without a session comes from; each part may be unknown."""

    address: str | None = None
    device_id: str | None = None
    # The token of the session that the browser had until now, which the new one replaces.
    token: str | None = None


def ask_for_code(store: Store, *, phone: str, caller: Caller, rules: Rules, now: datetime) -> dict[str, Any]:
    """Send a phone number a one-time code; gives the opaque request that the code is bound to.

    Who is registered is not looked up here at all, so answer and time cannot tell.
    Raises ``Refused``: ``too_many`` (retry_after_s), ``no_code_channel``.
    """
    numbers = rules.sign_in
    if numbers.code_channel is None:
        raise Refused("no_code_channel")
    request = secrets.token_urlsafe(32)
    code = f"{secrets.randbelow(1_000_000):06}"
    expires_at = now + numbers.code_lasts
    with store.transaction(now) as transaction:
        connection = transaction.connection
        limits.take(
            connection,
            f"codes:phone:{sessions.hashed(phone)}",
            limits.Limit(numbers.codes_per_hour, HOUR),
            now,
        )
        if caller.address is not None:
            limit = limits.Limit(numbers.codes_per_address, HOUR)
            limits.take(connection, f"codes:address:{caller.address}", limit, now)
        codes.keep_code(
            connection,
            request=request,
            phone=phone,
            code=code,
            tries=numbers.code_tries,
            now=now,
            expires_at=expires_at,
        )
        message = messages.Draft(
            channel=numbers.code_channel,
            purpose="sign_in_code",
            address=phone,
            reference=sessions.hashed(request),
            body=code,
            expires_at=expires_at,
        )
        messages.put(connection, [message], now)
    return {
        "request": request,
        "expires_in_s": int(numbers.code_lasts.total_seconds()),
        "resend_after_s": RESEND_AFTER_S,
    }


def sign_in_with_code(
    store: Store, *, request: str, code: str, caller: Caller, rules: Rules, now: datetime
) -> SignedIn:
    """Open a guard's session with the right code, or give an unknown phone a ticket to register with.

    Raises ``Refused``: ``wrong_code`` (tries_left), ``code_expired``, ``suspended``, ``password_required``.
    """
    with store.transaction(now) as transaction:
        tried = codes.try_code(transaction.connection, request=request, code=code, now=now)
        outcome: SignedIn | Refused
        if tried.phone is not None:
            outcome = _admit(transaction, tried.phone, caller, rules)
        elif tried.tries_left is not None:
            outcome = Refused("wrong_code", tries_left=tried.tries_left)
        else:
            outcome = Refused("code_expired")
    # Only after the commit: a refusal inside would give the try back.
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def _admit(transaction: Transaction, phone: str, caller: Caller, rules: Rules) -> SignedIn | Refused:
    connection = transaction.connection
    found = accounts.by_phone(connection, phone)
    if found is None or accounts.withdrew(connection, account_id=found["id"]):
        ticket = secrets.token_urlsafe(32)
        codes.keep_ticket(connection, token=ticket, phone=phone, expires_at=transaction.now + TICKET_LASTS)
        return SignedIn(None, None, ticket)
    if found["status"] == AccountStatus.SUSPENDED:
        return Refused("suspended")
    if found["role"] != Role.GUARD:
        return Refused("password_required")
    last_reached.note_code(connection, found["id"], rules.sign_in.code_channel, transaction.now)
    return _open(transaction, found["id"], found["role"], caller, rules)


def sign_in_with_password(
    store: Store,
    *,
    username: str,
    password: str,
    caller: Caller,
    rules: Rules,
    in_real_thread: Callable[..., Any],
    now: datetime,
) -> SignedIn:
    """Open a session of a console account; an unknown user name is refused alike, and as slowly.

    Raises ``Refused``: ``wrong_credentials``, ``suspended``, ``too_many`` (retry_after_s).
    """
    who = sessions.hashed(username)[:32]
    here = f"passwords:here:{who}:{caller.address}"
    with store.transaction(now) as transaction:
        # Counted before the look, so that guesses at the same time count too.
        limits.take(transaction.connection, here, PASSWORDS_HERE, now)
        limits.take(transaction.connection, f"passwords:user:{who}", PASSWORDS_EVERYWHERE, now)
        if caller.address is not None:
            limits.take(
                transaction.connection, f"passwords:address:{caller.address}", PASSWORDS_FROM_ADDRESS, now
            )
        found = accounts.by_username(transaction.connection, username)
    fits = in_real_thread(passwords.fits, found["password_hash"] if found else None, password)
    if found is None or not fits:
        raise Refused("wrong_credentials")
    if found["status"] == AccountStatus.SUSPENDED:
        raise Refused("suspended")
    with store.transaction(now) as transaction:
        limits.clear(transaction.connection, here)
        limits.clear(transaction.connection, f"passwords:user:{who}")
        return _open(transaction, found["id"], found["role"], caller, rules)


def open_session(store: Store, *, account_id: int, caller: Caller, rules: Rules, now: datetime) -> SignedIn:
    """Open a session for an account whose right to it was proven elsewhere (one-click demo sign-ins).

    Raises ``Refused``: ``not_found``, ``suspended``.
    """
    with store.transaction(now) as transaction:
        found = accounts.by_id(transaction.connection, account_id)
        if found is None:
            raise Refused("not_found")
        if found["status"] == AccountStatus.SUSPENDED:
            raise Refused("suspended")
        return _open(transaction, account_id, found["role"], caller, rules)


def sign_out(store: Store, *, actor: Actor, now: datetime) -> None:
    """End the actor's session; each hub closes its sockets."""
    with store.transaction(now) as transaction:
        sessions.end_by(transaction, sessions.session.c.id == actor.session_id)


def _open(transaction: Transaction, account_id: int, role: str, caller: Caller, rules: Rules) -> SignedIn:
    opened = sessions.open_session(
        transaction,
        account_id=account_id,
        role=role,
        device_id=caller.device_id,
        limits=rules.sign_in,
        replaces=caller.token,
    )
    me = accounts.own_view(transaction.connection, account_id=account_id, csrf_token=opened.csrf_token)
    return SignedIn(opened, me, None)
