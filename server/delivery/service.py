"""What the channels do when something happens to an account."""

import json
from datetime import datetime, timedelta

from server.core.database.transaction import Transaction
from server.delivery.queries import deliverability, last_delivery, messages
from server.delivery.queries.deliverability import DeliveryTarget
from server.delivery.queries.messages import Draft
from server.delivery.rules.bodies import UnusedNoticeBody
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.people.facts import CodeMade, CodeUsed, PersonErased, UnusedNotice, UnusedNoticed

# Nobody's yet: whether the number has an account is not looked up.
CODE = "code:"
# A gateway that is away for longer loses a notice; the page shows it all the same.
NOTICE_LASTS = timedelta(days=3)


def send_code(transaction: Transaction, fact: CodeMade) -> None:
    """Put a one-time code among the messages that wait to be sent."""
    draft = Draft(
        channel=fact.channel,
        purpose="sign_in_code",
        address=CODE,
        telephone=fact.phone,
        reference=fact.reference,
        body=fact.code,
        expires_at=fact.expires_at,
    )
    messages.put(transaction.connection, [draft], transaction.now)


def note_code(transaction: Transaction, fact: CodeUsed) -> None:
    """Note by which channel a code reached an account."""
    last_delivery.note_code(transaction.connection, fact.account_id, fact.channel, transaction.now)


def notify_unused(transaction: Transaction, fact: UnusedNoticed) -> None:
    """Tell people by push and SMS that their accounts close; an open page reads it by itself."""
    now, of = transaction.now, {one.account_id: one for one in fact.notices}
    ways = deliverability.to_people(
        transaction.connection,
        of,
        open_channels=fact.limits[AvailableChannels].names & {ChannelName.PUSH, ChannelName.SMS},
        now=now,
    )
    drafts = [
        _notice(of[account_id], number, way, now)
        for account_id, found in sorted(ways.items())
        for number, way in enumerate(found)
    ]
    messages.put(transaction.connection, drafts, now)


def _notice(notice: UnusedNotice, number: int, way: DeliveryTarget, now: datetime) -> Draft:
    body: UnusedNoticeBody = {
        "closes_on": notice.closes_on.isoformat(),
        "months": notice.months,
        "page": "/console" if way.console else "/",
    }
    return Draft(
        channel=way.channel.value,
        purpose="unused_notice",
        address=way.address,
        telephone=way.telephone,
        reference=f"unused:{notice.account_id}:{notice.closes_on}:{number}",
        body=json.dumps(body),
        expires_at=now + NOTICE_LASTS,
        account_id=notice.account_id,
    )


def erased(transaction: Transaction, fact: PersonErased) -> None:
    """Forget how somebody who is erased was reached; that a message went, and when, stays as a figure."""
    messages.forget_person(transaction.connection, fact.account_id, fact.phone)
