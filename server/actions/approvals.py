"""Deciding on the claim of a guard: approved or suspended, at once and everywhere."""

from datetime import datetime
from typing import Any

from server.domain.errors import Refused
from server.domain.roles import AccountStatus, Act, Actor, Role, may_decide, require
from server.domain.rules import Rules
from server.store import accounts, audit, sessions, standing_changes
from server.store.transaction import Store, Transaction


def decide(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    account_id: int,
    approved: bool,
    rules: Rules,
    now: datetime,
) -> dict[str, Any]:
    """Approve a guard's claim, or suspend the account, at once in open alarms too; gives its item.

    Suspending ends its sessions, and each hub closes their sockets. Deciding the same twice changes
    nothing. Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` (also outside the scope).
    """
    require(actor, Act.APPROVE)
    with store.transaction(now) as transaction:
        row = accounts.by_id(transaction.connection, account_id)
        if row is None or row["role"] != Role.GUARD or not may_decide(actor, row):
            raise Refused("not_found")
        first = transaction.remember(actor.account_id, request_id, "approval", [account_id, approved])
        if first is not None:
            return first
        status = AccountStatus.APPROVED if approved else AccountStatus.SUSPENDED
        if row["status"] != status:
            _set_status(transaction, actor, row, status)
            standing_changes.of_accounts(transaction, [account_id], rules)
        row = accounts.by_id(transaction.connection, account_id)
        assert row is not None
        return transaction.answer(actor.account_id, request_id, accounts.as_item(row, decides=True))


def _set_status(transaction: Transaction, actor: Actor, row: Any, status: AccountStatus) -> None:
    connection, now, account_id = transaction.connection, transaction.now, row["id"]
    approved = status == AccountStatus.APPROVED
    if approved and row["claimed_name"]:
        accounts.change(connection, account_id, name=row["claimed_name"], claimed_name=None)
    accounts.change(
        connection,
        account_id,
        status=status.value,
        approved_by=actor.account_id if approved else None,
        approved_at=now if approved else None,
    )
    if not approved:
        sessions.end_all(transaction, account_id)
    audit.record(
        connection,
        now=now,
        actor_id=actor.account_id,
        act=f"guard.{status.value}",
        subject_id=account_id,
    )
    standing_changes.tell_guard(transaction, account_id)
