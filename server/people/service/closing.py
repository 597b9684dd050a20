"""Closing an account: its owner wants it no more."""

from server.core.access.roles import AccountStatus
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.people.facts import AccountClosed, StandingChanged
from server.people.queries import accounts, sessions, sign_in_limits
from server.people.service import news


def close(transaction: Transaction, account_id: int, limits: Limits) -> None:
    """Suspend an account, at once in open alarms too; its sessions and its duty end, its devices are forgotten."""
    accounts.change(transaction.connection, account_id, status=AccountStatus.SUSPENDED)
    sessions.end_all(transaction, account_id)
    transaction.announce(AccountClosed(account_id, limits))
    sign_in_limits.forget_devices(transaction, account_id)
    news.publish_guard(transaction, account_id)
    transaction.announce(StandingChanged((account_id,), limits))
