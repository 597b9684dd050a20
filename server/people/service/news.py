"""What the consoles over a guard hear of his account."""

from server.core.database.transaction import Transaction
from server.core.event_names import EventName
from server.people.queries import accounts


def publish_guard(transaction: Transaction, account_id: int) -> None:
    """Tell those over a guard what his account's status is now."""
    row = accounts.by_id(transaction.connection, account_id)
    assert row is not None
    transaction.publish(
        EventName.GUARD_CHANGED, {"account_id": account_id, "status": row.status}, accounts.rooms_of(row)
    )
