"""What a decision on a guard's claim changes: account, sessions, duty, open alarms, who hears of it."""

from collections.abc import Mapping

from server.core import audit
from server.core.access.roles import AccountStatus, Actor, Category, may_approve
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.people.facts import AccountDecided
from server.people.queries import account_uses, accounts, sessions, suspensions
from server.people.queries.accounts import AccountAndPlaces
from server.people.service import news
from server.people.tables import Account


def may_decide(actor: Actor, one: AccountAndPlaces) -> bool:
    """Tell whether an actor may approve the claim of a guard's account as it is stored.

    One that waited too long was handed on: then the school's station decides on it, too.
    """
    return may_approve(
        actor,
        category=Category(one.claim),
        district_id=one.district_id,
        station_id=one.school_station_id if one.handed_on_at is not None else one.station_id,
        school_id=one.school_id,
    )


def set_status(
    transaction: Transaction,
    one: Account,
    status: AccountStatus,
    limits: Limits,
    *,
    actor_id: int | None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Approve or suspend an account; without an actor the roster did it. Its place in open alarms is another step."""
    connection, now, account_id = transaction.connection, transaction.now, one.id
    approved = status == AccountStatus.APPROVED
    if approved and one.claimed_name:
        accounts.change(connection, account_id, name=one.claimed_name, claimed_name=None)
    accounts.change(
        connection,
        account_id,
        status=status.value,
        approved_by=actor_id if approved else None,
        approved_at=now if approved else None,
    )
    if approved:
        suspensions.lift(connection, account_id)
        account_uses.note(connection, account_id, now)
    else:
        account_uses.unclose(connection, account_id)
        suspensions.add(connection, account_id, by=actor_id, now=now)
    transaction.announce(AccountDecided(account_id, one.category, one.status, status, limits))
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
