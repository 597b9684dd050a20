"""What a decision on a guard's claim changes: account, sessions, duty, open alarms, who hears of it."""

from collections.abc import Mapping
from typing import Any

from server.core import audit
from server.core.access.roles import AccountStatus
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.people.facts import AccountDecided
from server.people.queries import accounts, sessions, suspensions
from server.people.service import news

Row = Mapping[str, Any]


def set_status(
    transaction: Transaction,
    row: Row,
    status: AccountStatus,
    limits: Limits,
    *,
    actor_id: int | None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Approve or suspend an account; without an actor the roster did it. Its place in open alarms is another step."""
    connection, now, account_id = transaction.connection, transaction.now, row["id"]
    approved = status == AccountStatus.APPROVED
    if approved and row["claimed_name"]:
        accounts.change(connection, account_id, name=row["claimed_name"], claimed_name=None)
    accounts.change(
        connection,
        account_id,
        status=status.value,
        approved_by=actor_id if approved else None,
        approved_at=now if approved else None,
    )
    if approved:
        suspensions.lift(connection, account_id)
    else:
        suspensions.add(connection, account_id, by=actor_id, now=now)
    transaction.announce(AccountDecided(row, status, limits))
    if not approved:
        sessions.end_all(transaction, account_id)
    audit.record(
        connection,
        now=now,
        actor_id=actor_id,
        act=f"guard.{status.value}",
        subject_id=account_id,
        facts=facts or {},
    )
    news.publish_guard(transaction, account_id)
