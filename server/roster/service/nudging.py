"""The messages of a reminder: one to each person who is missing, of use while the peak runs."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from server.calendar.rules import Shift
from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.delivery.queries import deliverability, messages
from server.delivery.queries.deliverability import DeliveryTarget
from server.delivery.queries.messages import Draft
from server.delivery.rules.bodies import DutyNudgeBody
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.places.queries.districts import Place

PURPOSE = "duty_nudge"
PAGE = "/"


@dataclass(frozen=True, slots=True)
class Went:
    """To how many people a reminder goes by push, and to how many by SMS."""

    pushed: int
    texted: int


def remind(
    transaction: Transaction, place: Place, shift: Shift, account_ids: Collection[int], limits: Limits
) -> Went:
    """Put a message down for each person who has a browser that is woken, or a telephone; counts them.

    It waits for no quiet hours: the peak runs.
    """
    now = transaction.now
    ways = {
        account_id: deliverability.browsers_or_telephone(found)
        for account_id, found in deliverability.to_people(
            transaction.connection,
            account_ids,
            open_channels=limits[AvailableChannels].names & {ChannelName.PUSH, ChannelName.SMS},
            now=now,
        ).items()
    }
    body: DutyNudgeBody = {
        "place": place.name,
        "starts": f"{shift.starts_at.astimezone(place.zone):%H:%M}",
        "page": PAGE,
    }
    drafts = [
        _draft(account_id, number, way, body, shift, now)
        for account_id, found in sorted(ways.items())
        for number, way in enumerate(found)
    ]
    messages.put(transaction.connection, drafts, now)
    pushed = sum(found[0].channel is ChannelName.PUSH for found in ways.values())
    return Went(pushed=pushed, texted=len(ways) - pushed)


def _draft(
    account_id: int, number: int, way: DeliveryTarget, body: DutyNudgeBody, shift: Shift, now: datetime
) -> Draft:
    return Draft(
        channel=way.channel.value,
        purpose=PURPOSE,
        address=way.address,
        telephone=way.telephone,
        reference=f"{PURPOSE}:{account_id}:{now.timestamp():.6f}:{number}",
        body=json.dumps(body),
        expires_at=shift.ends_at,
        account_id=account_id,
    )
