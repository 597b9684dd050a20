"""What becomes of plans when something happens to a person."""

from server.core.database.transaction import Transaction
from server.people.facts import PersonErased
from server.roster.queries import people, plans


def erased(transaction: Transaction, fact: PersonErased) -> None:
    """Take somebody who is erased out of all plans, and his absences with him."""
    plans.forget(transaction.connection, fact.account_id, transaction.now)
    people.forget_absences(transaction.connection, fact.account_id)
