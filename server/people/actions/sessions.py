"""Signing in and out: by one-time code (guards), by password (console)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core.access.roles import AccountStatus, Actor, Role
from server.core.access.sessions import waits
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.people import tables as people_tables
from server.people.facts import CodeMade, CodeUsed
from server.people.queries import accounts, codes, consents, imports, sessions, sign_in_limits
from server.people.rules.caller import Caller
from server.people.rules.shapes import CodeAsked, OwnView
from server.people.rules.sign_in import SignInLimits
from server.people.service import passwords

RESEND_AFTER_S = 60
TICKET_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session with what its account sees of itself, or a ticket to register with."""

    opened: sessions.Opened | None
    me: OwnView | None
    ticket: str | None
    # Since when the account of a ticket is closed because nobody used it.
    unused_at: datetime | None = None


def ask_for_code(store: Store, *, phone: str, caller: Caller, limits: Limits, now: datetime) -> CodeAsked:
    """Send a phone number a one-time code; gives the opaque request that the code is bound to.

    No account is looked up here, so answer and time cannot tell who is registered. A device on which this number
    signed in before has an allowance of its own; strangers share one, and their network's.
    Raises ``Refused``: ``too_many`` (retry_after_s), ``no_code_channel``.
    """
    numbers = limits[SignInLimits]
    if numbers.code_channel is None:
        raise Refused("no_code_channel")
    request = secrets.token_urlsafe(32)
    code = f"{secrets.randbelow(1_000_000):06}"
    expires_at = now + numbers.code_lasts
    with store.transaction(now) as transaction:
        person = sign_in_limits.by_phone(transaction, phone, caller)
        refused = sign_in_limits.take(
            transaction,
            sign_in_limits.code_counts(person, caller, numbers),
            how="code",
            find=lambda: accounts.by_phone(transaction.connection, phone),
            caller=caller,
        )
        if refused is None:
            codes.keep_code(
                transaction.connection,
                request=request,
                phone=phone,
                code=code,
                tries=1 if sign_in_limits.guessed_out(transaction, person) else numbers.code_tries,
                now=now,
                expires_at=expires_at,
                device_id=person.device_id,
            )
            transaction.announce(
                CodeMade(numbers.code_channel, phone, sessions.hashed(request), code, expires_at)
            )
    # Only after the commit: the record of a lock-out stays.
    if refused is not None:
        raise refused
    return {
        "request": request,
        "expires_in_s": int(numbers.code_lasts.total_seconds()),
        "resend_after_s": RESEND_AFTER_S,
    }


def sign_in_with_code(
    store: Store, *, request: str, code: str, caller: Caller, limits: Limits, now: datetime
) -> SignedIn:
    """Open a guard's session with the right code, or give an unknown phone a ticket to register with.

    Raises ``Refused``: ``wrong_code`` (tries_left), ``code_expired``, ``suspended``, ``password_required``.
    """
    with store.transaction(now) as transaction:
        tried = codes.try_code(transaction.connection, request=request, code=code, now=now)
        outcome: SignedIn | Refused
        if tried.phone is not None:
            outcome = _admit(transaction, tried.phone, caller, limits)
        elif tried.tries_left is not None:
            left = sign_in_limits.note_wrong_code(transaction, tried, caller)
            outcome = Refused("wrong_code", tries_left=left)
        else:
            outcome = Refused("code_expired")
    # Only after the commit: a refusal inside would give the try back.
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def _admit(transaction: Transaction, phone: str, caller: Caller, limits: Limits) -> SignedIn | Refused:
    connection = transaction.connection
    found = accounts.by_phone(connection, phone)
    closed = found is not None and (
        found.unused_at is not None
        or consents.withdrew(connection, account_id=found.id)
        # On a list, and not agreed to anything yet.
        or bool(imports.enrolled(connection, [found.id]))
    )
    # Nobody slips out of a suspension by closing the account before or after it.
    if found is None or (closed and found.suspended_at is None):
        ticket = secrets.token_urlsafe(32)
        codes.keep_ticket(connection, token=ticket, phone=phone, expires_at=transaction.now + TICKET_LASTS)
        return SignedIn(None, None, ticket, found.unused_at if found else None)
    if found.status == AccountStatus.SUSPENDED:
        return Refused("suspended")
    if found.role != Role.GUARD:
        return Refused("password_required")
    transaction.announce(CodeUsed(found.id, limits[SignInLimits].code_channel))
    return _open(transaction, found.id, found.role, caller, limits)


def sign_in_with_password(
    store: Store,
    *,
    username: str,
    password: str,
    second: str | None = None,
    caller: Caller,
    limits: Limits,
    in_real_thread: Callable[..., bool],
    now: datetime,
) -> SignedIn:
    """Open a session of a console account; an unknown user name is refused alike, and as slowly.

    ``second`` is the code of the second step, which is asked for (``second_step_needed``) once the password is right.
    Raises ``Refused``: ``wrong_credentials``, ``suspended``, ``closed_unused``, ``not_let_in``, ``too_many``
    (retry_after_s), ``second_step_needed``, ``wrong_second_step``.
    """
    with store.transaction(now) as transaction:
        # Counted before the look, so that guesses at the same time count too.
        person = sign_in_limits.by_username(transaction, username, caller)
        counts = sign_in_limits.password_counts(person, caller)
        found = accounts.by_username(transaction.connection, username)
        refused = sign_in_limits.take(transaction, counts, how="password", find=lambda: found, caller=caller)
    if refused is not None:
        raise refused
    fits = in_real_thread(passwords.fits, found.password_hash if found else None, password)
    with store.transaction(now) as transaction:
        if found is not None and fits:
            # The account may have been closed, or got another password, while this one was tried.
            tried = found.password_hash
            found = accounts.by_username(transaction.connection, username, lock=True)
            fits = found is not None and found.password_hash == tried
        if found is None or not fits:
            sign_in_limits.record_failure(transaction, person, how="password", row=found, caller=caller)
            outcome: SignedIn | Refused = Refused("wrong_credentials")
        elif found.status == AccountStatus.SUSPENDED:
            outcome = Refused("suspended" if found.unused_at is None else "closed_unused")
        elif found.status == AccountStatus.PENDING:
            outcome = Refused("not_let_in")
        else:
            sign_in_limits.was_right(transaction, counts)
            refused = sign_in_limits.second_step(transaction, person, found, second, caller)
            outcome = refused or _open(transaction, found.id, found.role, caller, limits)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def open_session(store: Store, *, account_id: int, caller: Caller, limits: Limits, now: datetime) -> SignedIn:
    """Open a session for an account whose right to it was proven elsewhere (one-click demo sign-ins).

    Raises ``Refused``: ``not_found``, ``suspended``, ``not_let_in``.
    """
    with store.transaction(now) as transaction:
        found = accounts.by_id(transaction.connection, account_id)
        if found is None:
            raise Refused("not_found")
        if found.status == AccountStatus.SUSPENDED:
            raise Refused("suspended")
        if waits(found.role, found.status):
            raise Refused("not_let_in")
        return _open(transaction, account_id, found.role, caller, limits)


def sign_out(store: Store, *, actor: Actor, now: datetime) -> None:
    """End the actor's session; each hub closes its sockets."""
    with store.transaction(now) as transaction:
        sessions.end_by(transaction, people_tables.session.c.id == actor.session_id)


def _open(transaction: Transaction, account_id: int, role: str, caller: Caller, limits: Limits) -> SignedIn:
    opened = sessions.open_session(
        transaction,
        account_id=account_id,
        role=role,
        caller=caller,
        limits=limits[SignInLimits],
    )
    sign_in_limits.remember_device(transaction, account_id, caller.device_id)
    me = accounts.own_view(transaction.connection, account_id=account_id, csrf_token=opened.csrf_token)
    return SignedIn(opened, me, None)
