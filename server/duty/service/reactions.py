"""What duty does when something happens in the areas below it."""

from collections.abc import Mapping
from datetime import datetime

from server.calendar.facts import ShiftsChanged
from server.core.access.roles import AccountStatus
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.duty.queries import badges, check_ins, hand_overs, lending, positions
from server.duty.queries import last_duties as last_duties_of
from server.duty.rules.arrival import CheckOutHow
from server.duty.rules.trust import Flag, is_verified
from server.duty.service import check_ins as arrivals
from server.duty.service import coverage as post_coverage
from server.people.facts import (
    AccountClosed,
    AccountDecided,
    ErasureHindered,
    LastDutiesWanted,
    PersonErased,
    PositionConsentWithdrawn,
)


def decided(transaction: Transaction, fact: AccountDecided) -> None:
    """Let the duty of an approved account count or go on, and end that of a suspended one."""
    account_id = fact.account_id
    if fact.status != AccountStatus.APPROVED:
        arrivals.end(transaction, account_id, fact.limits, how=CheckOutHow.SUSPENDED)
        return
    if fact.before == AccountStatus.SUSPENDED:
        arrivals.resume(transaction, account_id, fact.limits)
    _turn_duty(transaction, account_id, fact.category, fact.limits)


def closed(transaction: Transaction, fact: AccountClosed) -> None:
    """End the duty of an account that is closed, or whose claim another one replaced: an approval is not about it."""
    arrivals.end(transaction, fact.account_id, fact.limits, how=CheckOutHow.ACCOUNT_CLOSED)


def forget_positions(transaction: Transaction, fact: PositionConsentWithdrawn) -> None:
    """Delete what is kept of the positions of somebody who consents no longer."""
    positions.forget(transaction.connection, fact.account_id)


def hinders(transaction: Transaction, fact: ErasureHindered) -> bool | None:
    """Say that somebody is on duty."""
    return check_ins.open_of_account(transaction.connection, fact.account_id) is not None or None


def last_duties(transaction: Transaction, fact: LastDutiesWanted) -> Mapping[int, datetime]:
    """Say when some people last came."""
    return last_duties_of.of_accounts(transaction.connection, fact.account_ids)


def erased(transaction: Transaction, fact: PersonErased) -> None:
    """Forget where somebody was, on which phone and what he wrote; that he was on duty, and how, stays as a figure."""
    positions.forget(transaction.connection, fact.account_id)
    check_ins.forget_devices(transaction.connection, fact.account_id)
    hand_overs.forget_person(transaction.connection, fact.account_id)
    badges.end_all(transaction.connection, fact.account_id, transaction.now)
    lending.forget(transaction.connection, fact.account_id)


def shifts_changed(transaction: Transaction, fact: ShiftsChanged) -> None:
    """Work out the coverage of a post whose shifts changed anew, and publish it."""
    post_coverage.publish(transaction, [fact.place], fact.limits)


def _turn_duty(transaction: Transaction, account_id: int, category: str | None, limits: Limits) -> None:
    """Let a check-in that waited for the approval count, where nothing else speaks against it.

    One of another category says nothing of the claim that is approved.
    """
    connection = transaction.connection
    duty = check_ins.open_of_account(connection, account_id)
    if duty is None or duty.category != category or Flag.NOT_APPROVED.value not in duty.flags:
        return
    flags = [flag for flag in duty.flags if flag != Flag.NOT_APPROVED.value]
    if check_ins.turn(connection, duty.id, flags=flags, verified=is_verified(flags)):
        arrivals.publish_own(transaction, duty.id)
        post_coverage.publish_at_the_end(transaction, duty.post_id, limits)
