"""Approving guards whom the imported roster vouches for."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from server.calendar.queries import answers, rosters
from server.core.access.roles import AccountStatus
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.people.facts import (
    AccountReopened,
    ClosedAsUnused,
    GuardRegistered,
    GuardsListed,
    PersonErased,
    StandingChanged,
)
from server.people.rules.approving import roster_vouches
from server.people.service.approving import set_status
from server.people.tables import Account

# Each takes some milliseconds.
AT_ONCE = 20


def vouched(
    connection: Connection, district_id: int, account_ids: Collection[int] | None = None
) -> list[Account]:
    """List who waits in a district, or among some of them, where the roster vouches for them."""
    return [
        row
        for row, rostered_as in rosters.on_rosters(connection, district_id, account_ids).values()
        if roster_vouches(
            row.claim,
            status=row.status,
            claims_a_name=row.claimed_name is not None,
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
    transaction.announce(StandingChanged(tuple(row.id for row in rows), limits))
    return len(rows)


def in_parts(store: Store, district_id: int, account_ids: list[int], limits: Limits, now: datetime) -> None:
    """Approve many for whom the roster vouches, some at a time: what a server has to write, an alarm, goes between."""
    for start in range(0, len(account_ids), AT_ONCE):
        with store.transaction(now) as transaction:
            by_roster(transaction, district_id, limits, account_ids[start : start + AT_ONCE])


def registered(transaction: Transaction, fact: GuardRegistered) -> None:
    """Link a new account to the roster rows of its telephone, and approve it where they vouch for it."""
    rosters.match_rosters(transaction.connection, account_id=fact.account_id, phone=fact.phone)
    by_roster(transaction, fact.district_id, fact.limits, [fact.account_id])


def listed(transaction: Transaction, fact: GuardsListed) -> None:
    """Link accounts that a list made to the roster rows of their telephones; let go of those that are taken back."""
    rosters.match_many(transaction.connection, fact.made)
    for account_id in fact.gone:
        rosters.unmatch(transaction.connection, account_id)


def closed_as_unused(transaction: Transaction, fact: ClosedAsUnused) -> None:
    """Let the rosters keep the planned name of somebody who stayed away, as before he registered: nobody misses him."""
    rosters.unmatch(transaction.connection, fact.account_id)


def reopened(transaction: Transaction, fact: AccountReopened) -> None:
    """Link an account to its roster rows again."""
    if fact.phone is not None:
        rosters.match_rosters(transaction.connection, account_id=fact.account_id, phone=fact.phone)


def erased(transaction: Transaction, fact: PersonErased) -> None:
    """Take somebody who is erased off the rosters, with what he answered about his duties."""
    answers.forget(transaction.connection, fact.account_id)
    rosters.forget(transaction.connection, fact.account_id, fact.phone)
