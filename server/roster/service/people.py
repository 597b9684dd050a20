"""What becomes of plans when something happens to a person."""

from server.core.database.transaction import Transaction
from server.people.facts import AccountClosed, PersonErased
from server.roster.queries import (
    calendar_links,
    patterns,
    people,
    plans,
    reminders,
    stand_ins,
    swaps,
    waiting,
    wishes,
)


def closed(transaction: Transaction, fact: AccountClosed) -> None:
    """End the calendar link of an account that ended."""
    calendar_links.revoke(transaction.connection, fact.account_id)


def erased(transaction: Transaction, fact: PersonErased) -> None:
    """Take somebody who is erased out of all plans, and his absences, wishes and calendar link with him."""
    patterns.forget(transaction.connection, fact.account_id)
    plans.forget(transaction.connection, fact.account_id, transaction.now)
    reminders.forget(transaction.connection, fact.account_id)
    stand_ins.forget(transaction.connection, fact.account_id)
    swaps.forget(transaction.connection, fact.account_id)
    waiting.forget(transaction.connection, fact.account_id)
    wishes.forget(transaction.connection, fact.account_id)
    people.forget_absences(transaction.connection, fact.account_id)
    calendar_links.revoke(transaction.connection, fact.account_id)
