"""What a decision on a guard's claim changes: account, sessions, duty, open alarms, who hears of it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from server.alarm.service import standing_changes
from server.core.access.roles import AccountStatus
from server.core.access.rooms import account_room
from server.core.audit import tables as audit_tables
from server.core.database.transaction import Store, Transaction
from server.core.event_names import EventName
from server.core.limits import Limits
from server.duty.queries import check_ins, coverage
from server.duty.rules.arrival import CheckOutHow
from server.duty.rules.trust import Flag, is_verified
from server.duty.service import arrivals
from server.people.queries import accounts, sessions, suspensions, waiting
from server.people.rules.approving import roster_vouches

Row = Mapping[str, Any]
# Each takes some milliseconds.
AT_ONCE = 20


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
    if approved:
        if row["status"] == AccountStatus.SUSPENDED:
            arrivals.resume(transaction, account_id, limits)
        _turn_duty(transaction, row, limits)
    else:
        arrivals.end(transaction, account_id, limits, how=CheckOutHow.SUSPENDED)
        sessions.end_all(transaction, account_id)
    audit_tables.record(
        connection,
        now=now,
        actor_id=actor_id,
        act=f"guard.{status.value}",
        subject_id=account_id,
        facts=facts or {},
    )
    standing_changes.tell_guard(transaction, account_id)


def _turn_duty(transaction: Transaction, row: Row, limits: Limits) -> None:
    """Let a check-in that waited for the approval count, where nothing else speaks against it.

    One of another category says nothing of the claim that is approved.
    """
    connection, account_id = transaction.connection, row["id"]
    duty = check_ins.open_of_account(connection, account_id)
    if duty is None or duty["category"] != row["category"] or Flag.NOT_APPROVED.value not in duty["flags"]:
        return
    flags = [flag for flag in duty["flags"] if flag != Flag.NOT_APPROVED.value]
    if check_ins.turn(connection, duty["id"], flags=flags, verified=is_verified(flags)):
        view = arrivals.view_of(transaction, duty["id"])
        transaction.tell(EventName.CHECK_IN_CHANGED, view, (account_room(account_id),))
        coverage.tell_at_the_end(transaction, duty["post_id"], limits)


def vouched(
    connection: Connection, district_id: int, account_ids: Collection[int] | None = None
) -> list[Row]:
    """List who waits in a district, or among some of them, where the roster vouches for them."""
    return [
        row
        for row, rostered_as in waiting.on_rosters(connection, district_id, account_ids).values()
        if roster_vouches(
            row["category"],
            status=row["status"],
            claims_a_name=row["claimed_name"] is not None,
            rostered_as=rostered_as,
        )
    ]


def by_roster(
    transaction: Transaction, district_id: int, limits: Limits, account_ids: Collection[int]
) -> int:
    """Approve those of some accounts for whom the roster vouches; tell how many."""
    rows = vouched(transaction.connection, district_id, account_ids)
    for row in rows:
        set_status(transaction, row, AccountStatus.APPROVED, limits, actor_id=None, facts={"by": "roster"})
    standing_changes.of_accounts(transaction, [row["id"] for row in rows], limits)
    return len(rows)


def in_parts(store: Store, district_id: int, account_ids: list[int], limits: Limits, now: datetime) -> None:
    """Approve many for whom the roster vouches, some at a time: what a server has to write, an alarm, goes between."""
    for start in range(0, len(account_ids), AT_ONCE):
        with store.transaction(now) as transaction:
            by_roster(transaction, district_id, limits, account_ids[start : start + AT_ONCE])
