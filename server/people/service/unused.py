"""Closing an account because nobody used it, and opening it again."""

from server.core import audit
from server.core.access.roles import AccountStatus, Role
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.people.facts import AccountReopened, ClosedAsUnused, StandingChanged
from server.people.queries import account_uses, accounts, sessions, sign_in_limits
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules.separate import THREE
from server.people.service import closing, news

# A district keeps the last of each of these, however long it was away: nobody else lets people in again.
KEPT_ROLES = THREE


def close(transaction: Transaction, one: AccountAndPlaces, limits: Limits) -> None:
    """Close an account as unused: sessions end, devices are forgotten, a guard leaves the rosters' count."""
    connection, now = transaction.connection, transaction.now
    account_uses.close(connection, one.id, one.status, now)
    if one.role == Role.GUARD:
        closing.close(transaction, one.id, limits)
        transaction.announce(ClosedAsUnused(one.id))
    else:
        accounts.change(connection, one.id, status=AccountStatus.SUSPENDED.value)
        sessions.end_all(transaction, one.id)
        sign_in_limits.forget_devices(transaction, one.id)
    audit.record(connection, now=now, actor_id=None, act="account.unused_closed", subject_id=one.id)


def reopen(
    transaction: Transaction, one: AccountAndPlaces, status: AccountStatus, limits: Limits, *, actor_id: int
) -> None:
    """Open an account that was closed as unused; it is what it was."""
    connection, now = transaction.connection, transaction.now
    account_uses.note(connection, one.id, now)
    accounts.change(connection, one.id, status=status.value)
    audit.record(connection, now=now, actor_id=actor_id, act="account.reopened", subject_id=one.id)
    if one.role == Role.GUARD:
        transaction.announce(AccountReopened(one.id, one.telephone))
        news.publish_guard(transaction, one.id)
        transaction.announce(StandingChanged((one.id,), limits))
