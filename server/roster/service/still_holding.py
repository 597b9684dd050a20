"""Whether what is about to be said of duties still holds."""

from server.core.database.transaction import Transaction
from server.delivery.facts import StaleWanted
from server.roster.queries import still_holds
from server.roster.service import lend_messages, reminding, standing_in


def stale(transaction: Transaction, fact: StaleWanted) -> set[int]:
    """Give which messages are not sent any more."""
    connection = transaction.connection
    reminders = [one for one in fact.messages if one.purpose == reminding.PURPOSE]
    offers = [one for one in fact.messages if one.purpose == standing_in.PURPOSE]
    lent = [one for one in fact.messages if one.purpose == lend_messages.PURPOSE]
    return (
        still_holds.stale_reminders(connection, reminders)
        | still_holds.stale_offers(connection, offers)
        | still_holds.stale_lendings(connection, lent)
    )
