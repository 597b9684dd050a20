"""What an account knows of itself, and its consents: withdrawn as easily as given."""

from datetime import datetime, timedelta

from server.core import audit
from server.core.access.roles import AccountStatus, Actor
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.refused import Refused
from server.people.facts import PositionConsentWithdrawn
from server.people.queries import accounts, consent_texts, consents, sessions, sign_in_limits
from server.people.rules.consent_texts import POSITION_CONSENT, REQUIRED_CONSENTS, check_taken
from server.people.rules.shapes import ConsentList, OwnConsents, OwnView
from server.people.service import closing
from server.people.service.consent_views import own_consents, views_of

# Tabs that are opened together may each get a name before the browser sends one.
NEW_DEVICES = rate_limits.Limit(3, timedelta(days=1))


def me(store: Store, *, actor: Actor) -> OwnView:
    """Give what the actor sees of himself."""
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


def own(store: Store, *, actor: Actor, days: int) -> OwnConsents:
    """List what the actor consented to, and withdrew, with the texts; ``days``: how long positions are kept."""
    with store.read() as connection:
        given = consents.of_account(connection, actor.account_id)
        return own_consents(given, consent_texts.of_district(connection, actor.district_id), days)


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

    Raises ``Refused``: ``suspended``, ``unknown_consent_text`` (kind) for a text that is agreed to and was never in
    force in his district, or too long ago. A withdrawal is of all versions, whatever it names.
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
            texts = consent_texts.of_district(connection, actor.district_id)
            check_taken(kind, version, texts[kind], now)
            consents.give(connection, account_id=actor.account_id, kind=kind, version=version, now=now)
        else:
            consents.withdraw(connection, account_id=actor.account_id, kind=kind, now=now)
            if kind == POSITION_CONSENT:
                transaction.announce(PositionConsentWithdrawn(actor.account_id))
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="consent.given" if given else "consent.withdrawn",
            subject_id=actor.account_id,
            facts={"kind": kind, "version": version},
        )
        if not given and kind in REQUIRED_CONSENTS:
            closing.close(transaction, actor.account_id, limits)
        answer: ConsentList = {"consents": views_of(consents.of_account(connection, actor.account_id))}
        return transaction.answer(actor.account_id, request_id, answer)
