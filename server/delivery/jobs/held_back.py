"""Which due messages are not sent now: what nobody wants any more, in quiet hours, beyond the month's budget."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from server.core import audit
from server.core.database.transaction import Transaction
from server.delivery.channels.settings import ChannelSettings
from server.delivery.channels.words import OF_DUTIES
from server.delivery.facts import DutyMessage, EndedWanted, StaleWanted
from server.delivery.queries import messages, sms_use
from server.delivery.queries.sms_use import Home
from server.delivery.rules.budget import COUNTED, SmsBudget, month_of
from server.delivery.rules.channels import ChannelName
from server.delivery.rules.quiet import QuietHours, held_until
from server.delivery.tables import Message
from server.people.queries import accounts

SUSPENDED, ENDED, STALE = "account_suspended", "alarm_over", "duty_over"
OVER_BUDGET, QUIET = "over_budget", "quiet_hours"
# What runs already is of use at once.
IN_QUIET_HOURS_TOO = frozenset({"duty_nudge", "duty_lend"})


def of_alarms(transaction: Transaction, claimed: Iterable[Message]) -> dict[int, str]:
    """Give why some messages of alarms are not sent: theirs ended while a process that died since was sending."""
    orphaned = {one.alarm_id for one in claimed if one.state == "sending" and one.alarm_id is not None}
    ended = set().union(*transaction.ask(EndedWanted(orphaned))) if orphaned else set()
    return {one.id: ENDED for one in claimed if one.alarm_id in ended}


def of_others(
    transaction: Transaction, claimed: Sequence[Message], settings: ChannelSettings
) -> tuple[list[Message], dict[int, str]]:
    """Give which of some messages are tried now, and why some of these are given up without calling anybody.

    What is left out waits for the end of the quiet hours.
    """
    of_duties = [one for one in claimed if one.purpose in OF_DUTIES and one.account_id is not None]
    why = _unwanted(transaction, of_duties) if of_duties else {}
    left = [one for one in claimed if one.id not in why]
    counted = [one for one in left if one.purpose in COUNTED and one.account_id is not None]
    if not counted:
        return list(claimed), why
    homes = sms_use.homes(transaction.connection, {one.account_id or 0 for one in counted})
    quiet = _quiet(transaction, [one for one in of_duties if one.id not in why], homes, settings)
    texted = [
        one
        for one in counted
        # Once, when it is first taken: a gateway that rests, or a sender that died, costs no second share.
        if one.channel in (ChannelName.SMS, "demo") and one.id not in quiet and one.tries == 1
    ]
    why |= _over_budget(transaction, texted, homes, SmsBudget(settings.sms_a_month))
    return [one for one in claimed if one.id not in quiet], why


def _unwanted(transaction: Transaction, of_duties: Sequence[Message]) -> dict[int, str]:
    suspended = accounts.suspended(transaction.connection, {one.account_id or 0 for one in of_duties})
    asked = [
        DutyMessage(one.id, one.account_id or 0, one.purpose, one.reference, one.created_at)
        for one in of_duties
    ]
    stale = set().union(*transaction.ask(StaleWanted(asked)))
    return dict.fromkeys(stale, STALE) | {
        one.id: SUSPENDED for one in of_duties if one.account_id in suspended
    }


def _quiet(
    transaction: Transaction,
    of_duties: Sequence[Message],
    homes: dict[int, Home],
    settings: ChannelSettings,
) -> set[int]:
    """Let what can wait wait for the end of quiet hours that have begun since it was written."""
    until: defaultdict[datetime, list[Message]] = defaultdict(list)
    for one in of_duties:
        home = homes.get(one.account_id or 0)
        if home is None or one.purpose in IN_QUIET_HOURS_TOO:
            continue
        zone = ZoneInfo(home.time_zone)
        over = held_until(
            QuietHours(*settings.quiet_hours),
            transaction.now.astimezone(zone),
            one.created_at.astimezone(zone),
            one.expires_at,
        )
        if over is not None:
            until[over].append(one)
    for over, some in until.items():
        messages.hold(transaction.connection, some, due_at=over, reason=QUIET)
    return {one.id for some in until.values() for one in some}


def _over_budget(
    transaction: Transaction, texted: Sequence[Message], homes: dict[int, Home], budget: SmsBudget
) -> dict[int, str]:
    """Count the SMS of each district, and give those for which none is left this month."""
    why: dict[int, str] = {}
    by_home: defaultdict[tuple[int, str], list[Message]] = defaultdict(list)
    for one in texted:
        home = homes.get(one.account_id or 0)
        if home is not None:
            month = month_of(transaction.now.astimezone(ZoneInfo(home.time_zone)))
            by_home[home.district_id, month].append(one)
    for (district_id, month), some in sorted(by_home.items(), key=lambda item: item[0]):
        go, is_first = sms_use.take(transaction.connection, district_id, month, len(some), budget)
        why |= {one.id: OVER_BUDGET for one in some[go:]}
        if is_first:
            facts = {"month": month, "budget": budget.a_month}
            audit.record(
                transaction.connection,
                now=transaction.now,
                actor_id=None,
                act="sms_budget_used_up",
                facts=facts,
            )
    return why
