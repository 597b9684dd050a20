"""What an account knows of itself, and its consents: withdrawn as easily as given."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from server.core import audit
from server.core.access.roles import AccountStatus, Actor
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment, moment_or_none
from server.core.refused import Refused
from server.people.facts import PositionConsentWithdrawn
from server.people.queries import accounts, sessions, sign_in_limits
from server.people.rules.shapes import ConsentList, ConsentView, OwnView
from server.people.service import closing
from server.people.tables import Consent

# Tabs that are opened together may each get a name before the browser sends one.
NEW_DEVICES = rate_limits.Limit(3, timedelta(days=1))


def me(store: Store, *, actor: Actor) -> OwnView:
    """Give what the actor sees of himself: ``account``, ``district``, ``csrf_token``."""
    with store.read() as connection:
        csrf_token = sessions.csrf_token_of(connection, actor.session_id)
        return accounts.own_view(connection, account_id=actor.account_id, csrf_token=csrf_token)


def know_device(store: Store, *, actor: Actor, device_id: str, now: datetime) -> None:
    """Note that the actor is signed in on a browser that has just got its name: it is one of his own.

    A session makes a few names known in a day and no more: each has an allowance of guesses of its own.
    """
    with store.transaction(now) as transaction:
        if rate_limits.fits(transaction.connection, f"devices:{actor.session_id}", NEW_DEVICES, now):
            sign_in_limits.remember_device(transaction, actor.account_id, device_id)


def consents(store: Store, *, actor: Actor) -> ConsentList:
    """List what the actor consented to, and withdrew."""
    with store.read() as connection:
        return _list(accounts.consents(connection, actor.account_id))


def change_consent(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    kind: str,
    version: str,
    given: bool,
    limits: Limits,
    now: datetime,
) -> ConsentList:
    """Give or withdraw a consent; gives the list of all.

    Without consent to positions what is kept of them is deleted at once.
    Without consent to account or identity there is no account: it is suspended, at once in open alarms too, and its
    sessions and its duty end.
    The phone may register anew with new consents.
    """
    if actor.status == AccountStatus.SUSPENDED:
        raise Refused("suspended")
    body = [kind, version, given]
    with store.transaction(now) as transaction:
        first = transaction.remember(actor.account_id, request_id, "consent", body, shape=ConsentList)
        if first is not None:
            return first
        connection = transaction.connection
        if given:
            accounts.give_consent(
                connection, account_id=actor.account_id, kind=kind, version=version, now=now
            )
        else:
            accounts.withdraw_consent(connection, account_id=actor.account_id, kind=kind, now=now)
            if kind == accounts.POSITION_CONSENT:
                transaction.announce(PositionConsentWithdrawn(actor.account_id))
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="consent.given" if given else "consent.withdrawn",
            subject_id=actor.account_id,
            facts={"kind": kind, "version": version},
        )
        if not given and kind in accounts.REQUIRED_CONSENTS:
            closing.close(transaction, actor.account_id, limits)
        answer = _list(accounts.consents(connection, actor.account_id))
        return transaction.answer(actor.account_id, request_id, answer)


def _list(given: Iterable[Consent]) -> ConsentList:
    return {"consents": [_view(one) for one in given]}


def _view(one: Consent) -> ConsentView:
    return {
        "kind": one.kind,
        "version": one.version,
        "given_at": moment(one.given_at),
        "withdrawn_at": moment_or_none(one.withdrawn_at),
    }
