"""What changed shifts mean for the coverage of a post."""

from server.calendar.facts import ShiftsChanged
from server.core.database.transaction import Transaction
from server.duty.queries import coverage


def changed(transaction: Transaction, fact: ShiftsChanged) -> None:
    """Work out a post's coverage anew and tell it."""
    coverage.lock(transaction.connection, fact.place.post_id)
    coverage.publish(transaction, fact.place, fact.limits)
